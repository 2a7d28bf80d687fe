//! The handshake with a server that has a certificate of our own authority.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;

use provost_store_postgres::{Options, PostgresStore};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use store::{Purpose, Store, StoreError};
use testkit::postgres::Cluster;

/// A cluster that speaks TLS as `localhost`, on a port of its own.
struct Secure {
    cluster: Cluster,
    port: u16,
    /// The authority that signed its certificate, and one that did not.
    authority: PathBuf,
    stranger: PathBuf,
}

fn authority(name: &str) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    (params, KeyPair::generate().unwrap())
}

impl Secure {
    fn start() -> Self {
        let cluster = Cluster::new();
        cluster.stop();
        let data = cluster.folder().join("data");
        let owner = std::fs::metadata(&data).unwrap();
        let (ca, ca_key) = authority("ours");
        let (other, other_key) = authority("theirs");
        let (trusted, stranger) = (cluster.folder().join("ca.pem"), cluster.folder().join("other.pem"));
        std::fs::write(&trusted, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
        std::fs::write(&stranger, other.self_signed(&other_key).unwrap().pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        for (file, text) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
            let path = data.join(file);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        cluster.start(&["listen_addresses=127.0.0.1", &format!("port={free}"), "ssl=on"]);
        Self { cluster, port: free, authority: trusted, stranger }
    }

    fn url(&self, host: &str, asked: &str) -> String {
        format!("postgres://provost@{host}:{}/postgres?{asked}", self.port)
    }
}

async fn open(url: &str) -> Result<(), StoreError> {
    let store = PostgresStore::open(url, Options::default()).await?;
    store.system(Purpose::Health).await?.health().await?;
    store.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_verified_where_that_is_asked_for() {
    let secure = tokio::task::spawn_blocking(Secure::start).await.unwrap();
    let roots = format!("sslrootcert={}", secure.authority.display());
    open(&secure.url("localhost", &format!("sslmode=verify-full&{roots}"))).await.unwrap();
    // A name that the certificate does not have, an authority that did not sign it, and the machine's own authorities.
    for wrong in [
        secure.url("127.0.0.1", &format!("sslmode=verify-full&{roots}")),
        secure.url("localhost", &format!("sslmode=verify-full&sslrootcert={}", secure.stranger.display())),
        secure.url("localhost", "sslmode=verify-full"),
    ] {
        let refused = open(&wrong).await;
        let Err(StoreError::Unavailable(told)) = &refused else { panic!("{wrong}: {refused:?}") };
        assert!(told.contains("certificate"), "{wrong}: {told}");
    }
    // Who only wants nobody to listen gets that.
    open(&secure.url("127.0.0.1", "sslmode=require")).await.unwrap();
    tokio::task::spawn_blocking(move || secure.cluster.stop()).await.unwrap();
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let url = testkit::postgres::schema().await;
    let refused = PostgresStore::open(&format!("{url}&sslmode=require"), Options::default()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}
