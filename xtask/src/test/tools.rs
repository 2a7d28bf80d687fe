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
    environment("python", PYTHON_PACKAGES)
}

/// The Python of a virtual environment of this name that holds a list of packages.
fn environment(name: &str, list: &str) -> Outcome<PathBuf> {
    let folder = workspace::target().join("xtask").join(name);
    let python = folder.join("bin").join("python");
    let list = workspace::root().join(list);
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

/// The SCIM servers that others wrote, below `target/xtask`: one of Python, one of Node.
pub(super) fn foreign() -> Outcome {
    environment("scim2-server", "tests/foreign/scim2-server/requirements.txt")?;
    node()?;
    let (from, to) =
        (workspace::root().join("tests/foreign/scimmy"), workspace::target().join("xtask/scimmy"));
    fs::create_dir_all(&to).map_err(|error| format!("{}: {error}", workspace::shown(&to)))?;
    let wanted = workspace::read(&from.join("package-lock.json"))?;
    for file in ["app.mjs", "package.json", "package-lock.json"] {
        fs::copy(from.join(file), to.join(file)).map_err(|error| format!("{file}: {error}"))?;
    }
    let stamp = to.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing scimmy-routers");
    let mut npm = command::program("npm");
    npm.current_dir(&to).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    command::output(&mut npm)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", workspace::shown(&stamp)))
}

/// Node and npm: found, or installed where that is allowed.
fn node() -> Outcome {
    let found = || {
        ["node", "npm"].iter().all(|name| command::output(command::program(name).arg("--version")).is_ok())
    };
    for package in ["nodejs", "npm"] {
        if !found() {
            install("Node 18 or later with npm", package, "foreign")?;
        }
    }
    if found() { Ok(()) } else { Err("Node was installed, but node or npm is not found".to_owned()) }
}

/// PostgreSQL's programs: found, or installed where that is allowed.
pub(super) fn postgres() -> Outcome {
    if has_postgres() {
        return Ok(());
    }
    install("PostgreSQL 15 or later", "postgresql", "postgres")?;
    if has_postgres() { Ok(()) } else { Err("PostgreSQL was installed, but initdb is not found".to_owned()) }
}

/// Where the test kit looks: Debian's folders, then the path.
fn has_postgres() -> bool {
    let debians = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    debians.into_iter().any(|version| version.path().join("bin/initdb").exists())
        || command::output(command::program("initdb").arg("--version")).is_ok()
}

/// The Python that drives the browser.
pub(super) fn browser() -> Outcome<PathBuf> {
    environment("browser", "xtask/python/browser.txt")
}

/// Chromium of the distribution: found, or installed where that is allowed.
pub(super) fn chromium() -> Outcome {
    let names = ["chromium", "chromium-browser"];
    let found = || names.iter().any(|name| command::output(command::program(name).arg("--version")).is_ok());
    if found() {
        return Ok(());
    }
    install("Chromium", "chromium", "browser")?;
    if found() { Ok(()) } else { Err("Chromium was installed, but it is not found".to_owned()) }
}

/// nginx: found, or installed where that is allowed.
pub(super) fn nginx() -> Outcome {
    let found = || {
        let on_path = command::output(command::program("nginx").arg("-v")).is_ok();
        on_path || std::path::Path::new("/usr/sbin/nginx").exists()
    };
    if found() {
        return Ok(());
    }
    install("nginx", "nginx-light", "nginx")?;
    if found() { Ok(()) } else { Err("nginx was installed, but it is not found".to_owned()) }
}

/// What the scripts that are tested call, and what documentation asks its readers to have.
pub(super) fn shell() -> Outcome {
    let programs =
        [("curl", "curl"), ("jq", "jq"), ("python3", "python3"), ("perl", "perl"), ("node", "nodejs")];
    for (program, package) in programs {
        if command::output(command::program(program).arg("--version")).is_err() {
            install(program, package, "")?;
        }
    }
    Ok(())
}

/// Installs a package of the distribution, as root; else says what is to be done. `without` is the word that leaves
/// out what needs it, where there is one.
fn install(what: &str, package: &str, without: &str) -> Outcome {
    let is_root = command::output(command::program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let has_apt = command::output(command::program("apt-get").arg("--version")).is_ok();
    if !(is_root && has_apt) {
        let mut problem = format!("{what} is needed for these tests (Debian: apt-get install {package})");
        if !without.is_empty() {
            problem.push_str(&format!("; --without {without} leaves them out"));
        }
        return Err(problem);
    }
    eprintln!("{what} is not installed; installing it");
    let apt = |arguments: &[&str]| {
        let mut command = command::program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        command::output(&mut command)
    };
    // A list of packages that is there may do; an old one may name what is gone.
    let install = ["install", "--yes", "--no-install-recommends", package];
    if apt(&install).is_err() {
        apt(&["update"])?;
        apt(&install)?;
    }
    Ok(())
}
