//! Programs that the tests need: found, or installed where that needs no rights.

use std::fs;
use std::path::PathBuf;

use crate::{Outcome, command, workspace};

/// The Python packages, each with its version, that are installed for the conformance and api steps.
const PYTHON_PACKAGES: &str = "xtask/python/requirements.txt";

/// Whether cargo-nextest is there, after trying to install it. Without it the tests run all the same,
/// only slower and without a time limit.
pub(super) fn nextest() -> bool {
    let found = || command::output(command::cargo().args(["nextest", "--version"])).is_ok();
    if found() {
        return true;
    }
    eprintln!("cargo-nextest is not installed; installing it");
    match command::run(command::cargo().args(["install", "cargo-nextest", "--locked", "--quiet"])) {
        Ok(()) => found(),
        Err(problem) => {
            eprintln!("{problem}; using cargo test instead");
            false
        }
    }
}

/// The Python of a virtual environment that holds [`PYTHON_PACKAGES`], made on first use and again when
/// the list changes.
pub(super) fn python() -> Outcome<PathBuf> {
    let folder = workspace::target().join("xtask").join("python");
    let python = folder.join("bin").join("python");
    let list = workspace::root().join(PYTHON_PACKAGES);
    let wanted = workspace::read(&list)?;
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    eprintln!(
        "installing {}",
        wanted.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(", ")
    );
    command::output(command::program("python3").args(["-m", "venv", "--clear"]).arg(&folder)).map_err(|problem| {
        format!("{problem}\nPython 3.11 or later with its venv module is needed (Debian: apt-get install python3-venv)")
    })?;
    let interpreter = python.to_string_lossy().into_owned();
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    command::output(command::program(&interpreter).args(install).arg(&list))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", workspace::shown(&stamp)))?;
    Ok(python)
}
