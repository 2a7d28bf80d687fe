//! `cargo xtask fuzz`: libFuzzer on what reads input from outside. It works with the stable compiler,
//! whose LLVM can count coverage when asked; no further tool is needed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Outcome, command, workspace};

/// What is fuzzed; each is a program of `fuzz/`.
const TARGETS: &[&str] = &["filter", "path", "body", "cursor"];

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 60;

/// The flags that make LLVM count which branches an input takes and show the values it compares.
const COVERAGE: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    targets: Vec<String>,
    seconds: u64,
    /// An input to run once, instead of looking for new ones.
    replay: Option<PathBuf>,
}

fn usage() -> String {
    format!(
        "usage: cargo xtask fuzz [TARGET] [--seconds N]    look for findings ({SECONDS} seconds each)\n\
         \u{20}      cargo xtask fuzz TARGET FILE             run one input again\n\
         targets: {}",
        TARGETS.join(", ")
    )
}

impl Wanted {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let mut wanted = Self { targets: Vec::new(), seconds: SECONDS, replay: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--seconds" => {
                    let number = rest.next().and_then(|number| number.parse().ok());
                    wanted.seconds = number.filter(|number| *number > 0).ok_or_else(usage)?;
                }
                target if TARGETS.contains(&target) && wanted.targets.is_empty() => {
                    wanted.targets.push(target.to_owned());
                }
                file if !file.starts_with('-') && !wanted.targets.is_empty() && wanted.replay.is_none() => {
                    wanted.replay = Some(file.into());
                }
                _ => return Err(usage()),
            }
        }
        if wanted.targets.is_empty() {
            wanted.targets = TARGETS.iter().map(|target| (*target).to_owned()).collect();
        }
        Ok(wanted)
    }
}

/// Builds the targets and runs them one after the other.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let wanted = Wanted::read(arguments)?;
    let programs = build(&wanted.targets)?;
    for target in &wanted.targets {
        let program = programs.join(target);
        match &wanted.replay {
            Some(file) => {
                let file =
                    std::path::absolute(file).map_err(|error| format!("{}: {error}", file.display()))?;
                command::run(command::program(&program.to_string_lossy()).arg(file))?;
            }
            None => search(target, &program, wanted.seconds)?,
        }
    }
    Ok(())
}

/// Returns the folder of the built programs. The coverage flags are for what is fuzzed only, which is why
/// the machine's own triple is named: without it they would reach build scripts as well.
fn build(targets: &[String]) -> Outcome<PathBuf> {
    let compiler = command::output(command::program("rustc").arg("-vV"))?;
    let host = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc -vV does not say for which machine it builds")?;
    let folder = workspace::target().join("xtask").join("fuzz");
    let mut build = command::cargo();
    build.args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
    build.args(["--features", "libfuzzer", "--target", host, "--target-dir"]).arg(&folder);
    build.args(targets.iter().flat_map(|target| ["--bin", target]));
    command::run(build.env("RUSTFLAGS", COVERAGE))?;
    Ok(folder.join(host).join("release"))
}

fn search(target: &str, program: &Path, seconds: u64) -> Outcome {
    let fuzz = workspace::root().join("fuzz");
    let (corpus, seeds) = (fuzz.join("corpus").join(target), fuzz.join("seeds").join(target));
    let findings = fuzz.join("artifacts").join(target);
    for folder in [&corpus, &seeds, &findings] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", workspace::shown(folder)))?;
    }
    eprintln!("==> {target}: {seconds} seconds");
    let mut command = command::program(&program.to_string_lossy());
    command.arg(&corpus).arg(&seeds);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", findings.to_string_lossy()));
    command.args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1"]);
    let dictionary = fuzz.join("dictionaries").join(format!("{target}.dict"));
    if dictionary.exists() {
        command.arg(format!("-dict={}", dictionary.to_string_lossy()));
    }
    command::run(&mut command).map_err(|_| {
        format!(
            "{target} has a finding, in {}: put it right, and move the file to {} so that it stays right",
            workspace::shown(&findings),
            workspace::shown(&seeds)
        )
    })?;
    println!("{target}: {seconds} seconds without a finding");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SECONDS, TARGETS, Wanted};

    fn read(arguments: &[&str]) -> Result<Wanted, String> {
        Wanted::read(&arguments.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn all_targets_unless_one_is_named() {
        assert_eq!(read(&[]).unwrap().targets, TARGETS);
        let one = read(&["body", "--seconds", "600"]).unwrap();
        assert_eq!((one.targets, one.seconds, one.replay), (vec!["body".to_owned()], 600, None));
    }

    #[test]
    fn an_input_is_run_again_with_its_target_only() {
        let again = read(&["body", "crash-1"]).unwrap();
        assert_eq!((again.replay, again.seconds), (Some("crash-1".into()), SECONDS));
        for wrong in [&["crash-1"][..], &["body", "x", "y"], &["--seconds", "no"], &["--seconds", "0"]] {
            assert!(read(wrong).unwrap_err().starts_with("usage:"), "{wrong:?}");
        }
    }

    #[test]
    fn every_target_has_its_program_and_its_seeds() {
        let fuzz = crate::workspace::root().join("fuzz");
        for target in TARGETS {
            assert!(fuzz.join("src").join("bin").join(format!("{target}.rs")).exists(), "{target}");
            assert!(fuzz.join("seeds").join(target).read_dir().unwrap().count() > 0, "{target}");
        }
    }
}
