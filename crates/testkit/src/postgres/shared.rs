//! The cluster that all tests share.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::cluster::{Cluster, is_root, path};

/// The shared cluster, running as long as this process does.
pub(super) fn cluster() -> &'static Cluster {
    static SHARED: OnceLock<(Cluster, File)> = OnceLock::new();
    &SHARED.get_or_init(start).0
}

fn start() -> (Cluster, File) {
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("a folder for PostgreSQL");
    let starting = lock_file(&folder.join("start.lock"));
    starting.lock().expect("a lock");
    // Held to the end of this process: the watch sees that somebody is there.
    let user = lock_file(&folder.join("users.lock"));
    user.lock_shared().expect("a lock");
    let cluster = Cluster::at(folder);
    if !cluster.is_up() {
        cluster.make();
        cluster.start(&[]);
        watch(&cluster);
    }
    drop(starting);
    (cluster, user)
}

/// One for each checkout, outside it, because the server's user may not be let into it.
fn folder() -> PathBuf {
    let checkout = env!("CARGO_MANIFEST_DIR").bytes();
    let digest =
        checkout.fold(0xcbf2_9ce4_8422_2325_u64, |d, b| (d ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    std::env::temp_dir().join(format!("provost-postgres-{digest:016x}"))
}

fn lock_file(path: &std::path::Path) -> File {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).expect("a lock file")
}

/// Stops the cluster and removes its data when no test has held the lock for half a minute.
fn watch(cluster: &Cluster) {
    let stop = format!(
        "{}{} -D data -s -m immediate stop; rm -rf data .s.PGSQL.5432*",
        if is_root() { "runuser -u postgres -- " } else { "" },
        path("pg_ctl").display()
    );
    let script = format!(
        "idle=0
         while sleep 2; do
            test -d data || exit 0
            if flock -n -x users.lock true; then idle=$((idle + 2)); else idle=0; fi
            if [ $idle -ge 30 ] && flock -n -x start.lock sh -c 'flock -n -x users.lock true && {{ {stop}; }}'; then
                exit 0
            fi
         done"
    );
    let mut command = Command::new("setsid");
    command.args(["--fork", "sh", "-c", &script]).current_dir(cluster.folder());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = command.status().expect("setsid, of util-linux");
    assert!(started.success(), "no watch over PostgreSQL");
}
