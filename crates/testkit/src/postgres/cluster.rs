//! Starting and stopping a cluster.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The superuser of every test's cluster.
const USER: &str = "provost";

/// A cluster in a folder of its own. One that was made with [`Cluster::new`] goes when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    is_own: bool,
}

impl Cluster {
    /// A cluster that nobody else uses, started: for tests that stop it.
    ///
    /// # Panics
    /// When there is no PostgreSQL, or it does not start.
    #[must_use]
    pub fn new() -> Self {
        let cluster = Self::nowhere();
        cluster.make();
        cluster.start(&[]);
        cluster
    }

    /// One that is to be made yet, in a new folder.
    fn nowhere() -> Self {
        let folder = tempfile::Builder::new().prefix("provost-pg-").tempdir().expect("a temporary folder");
        Self { folder: folder.keep(), is_own: true }
    }

    /// A synchronous standby of this one, started: from now on a commit waits until both have it.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn standby(&self) -> Self {
        let standby = Self::nowhere();
        open_to_all(&standby.folder);
        let origin = format!("host={} user={USER} application_name=standby", self.folder.display());
        let mut copy = program("pg_basebackup");
        copy.args(["--no-sync", "-c", "fast", "-R", "-d", &origin, "-D"]).arg(standby.folder.join("data"));
        told(copy.output());
        standby.start(&[]);
        for sql in ["ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()"] {
            self.sql(sql).expect("a primary");
        }
        standby
    }

    /// Makes a standby the primary.
    ///
    /// # Panics
    /// When it is none.
    pub fn promote(&self) {
        self.sql("SELECT pg_promote()").expect("a standby");
    }

    /// The cluster in this folder, whether it runs or not.
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder, is_own: false }
    }

    /// The address of its database.
    #[must_use]
    pub fn url(&self) -> String {
        let host = self.folder.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{USER}@{host}/postgres")
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether somebody answers there.
    #[must_use]
    pub fn is_up(&self) -> bool {
        std::os::unix::net::UnixStream::connect(self.folder.join(".s.PGSQL.5432")).is_ok()
    }

    /// Makes an empty cluster, in place of one that may be there.
    pub(super) fn make(&self) {
        let data = self.folder.join("data");
        let _ = std::fs::remove_dir_all(&data);
        let _ = std::fs::remove_file(self.folder.join(".s.PGSQL.5432"));
        open_to_all(&self.folder);
        if is_root() {
            told(Command::new("install").args(["-d", "-m", "700", "-o", "postgres"]).arg(&data).output());
        }
        // An order of texts unlike that of code points, so that nothing relies on it by accident.
        let locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
        let arguments = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--no-instructions", "-U", USER];
        told(program("initdb").args(arguments).args(locale).arg("-D").arg(&data).output());
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self, settings: &[&str]) {
        let mut options = format!("-k {}", self.folder.display());
        let common = [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=500",
            "shared_buffers=64MB",
        ];
        for setting in common.iter().chain(settings) {
            options.push_str(&format!(" -c {setting}"));
        }
        let mut command = program("pg_ctl");
        command.arg("-D").arg(self.folder.join("data")).arg("-l").arg(self.folder.join("data/log"));
        told(command.args(["-s", "-w", "-o", &options, "start"]).output());
    }

    /// Stops it at once, as a crash would.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        let mut command = program("pg_ctl");
        command.arg("-D").arg(self.folder.join("data"));
        told(command.args(["-s", "-w", "-m", "immediate", "stop"]).output());
    }

    /// Runs a statement; what it prints, one row a line.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        let output = Command::new(path("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", "postgres", "-c", sql])
            .arg("-h")
            .arg(&self.folder)
            .output()
            .map_err(|e| e.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.is_own {
            if self.is_up() {
                self.stop();
            }
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// PostgreSQL does not run as root.
pub(super) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn program(name: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(path(name));
        command
    } else {
        Command::new(path(name))
    };
    command.current_dir("/").stdin(std::process::Stdio::null());
    command
}

/// A program of PostgreSQL: Debian keeps the servers' out of the way, each version in a folder.
pub(super) fn path(name: &str) -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = folders.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin").join(name)))
    });
    let newest = versions.filter(|(_, path)| path.exists()).max();
    newest.map_or_else(|| PathBuf::from(name), |(_, path)| path)
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let all = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder, all).expect("a folder that the server can use");
}

fn told(output: std::io::Result<Output>) {
    let output = output.expect("PostgreSQL's programs are installed (Debian: apt-get install postgresql)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
