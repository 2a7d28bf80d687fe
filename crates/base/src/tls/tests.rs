use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;

struct Files {
    dir: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn pair() -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn refusal(cert: &Path, key: &Path) -> TlsError {
    load_server_config(cert, key).unwrap_err()
}

#[test]
fn a_matching_pair_serves_http_1_1() {
    let files = Files::new();
    let (cert, key) = pair();
    let config = load_server_config(&files.write("c.pem", &cert), &files.write("k.pem", &key)).unwrap();
    assert_eq!(config.alpn_protocols, [b"http/1.1"]);
}

#[test]
fn every_refusal_names_the_file_at_fault_and_what_to_do() {
    let files = Files::new();
    let (cert, key) = pair();
    let good_cert = files.write("c.pem", &cert);
    let good_key = files.write("k.pem", &key);
    let other_key = files.write("other.pem", &pair().1);
    let empty = files.write("empty.pem", "");
    let broken = files.write("broken.pem", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
    let missing = files.dir.path().join("missing.pem");
    let cases = [
        (refusal(&missing, &good_key), "missing.pem", "cannot read"),
        (refusal(&good_cert, &missing), "missing.pem", "cannot read"),
        (refusal(&empty, &good_key), "empty.pem", "no certificate"),
        (refusal(&good_key, &good_key), "k.pem", "no certificate"),
        (refusal(&good_cert, &good_cert), "c.pem", "no private key"),
        (refusal(&broken, &good_key), "broken.pem", "PEM"),
        (refusal(&good_cert, &other_key), "other.pem", "cannot serve this certificate"),
    ];
    for (error, file, words) in cases {
        let text = error.to_string();
        assert!(error.path().ends_with(file), "{text}");
        assert!(text.contains(file) && text.contains(words), "{text}");
        assert_eq!(error.hints().len(), 1);
    }
}

#[test]
fn installing_twice_is_harmless() {
    install_crypto_provider();
    install_crypto_provider();
    assert!(CryptoProvider::get_default().is_some());
}
