//! The configuration of nginx that the documentation gives, in front of a real server, asked as Entra asks.
//!
//! Needs `nginx` and `curl`; `cargo xtask test --without nginx` leaves it out.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use testkit::TestServer;

const PAGE: &str = include_str!("../../docs/put-it-on-the-internet.md");
const NAME: &str = "scim.example.com";

/// Test Connection of Entra: TLS 1.2, no `User-Agent`, no `Accept` that matters; then a write, and what must not pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_configuration_serves_entra_over_tls_1_2_without_a_user_agent() {
    let server = TestServer::start().await;
    let token = server.entra().await.token().to_owned();
    let nginx = Nginx::start(server.folder(), server.address.port());

    let documented = block("sh", "--tls-max 1.2").replace("$TOKEN", &token);
    let (told, body) = nginx.ask(&documented);
    assert!(body.contains("\"totalResults\":0"), "{body}\n{told}");
    assert!(told.contains("TLSv1.2") && !told.to_lowercase().contains("> user-agent"), "{told}");

    let curl = |rest: &str| {
        nginx.ask(&format!("curl --tls-max 1.2 -A '' -H 'Authorization: Bearer {token}' {rest}")).1
    };
    let random = "?excludedAttributes=members&filter=displayName+eq+%227d420df3%22";
    assert!(curl(&format!("'https://{NAME}/scim_v2/Groups{random}'")).contains("\"totalResults\":0"));

    let user = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@example.com"}"#;
    let created = curl(&format!(
        "-H 'Content-Type: application/scim+json' --data '{user}' https://{NAME}/scim_v2/Users"
    ));
    assert!(created.contains("\"userName\":\"ann@example.com\""), "{created}");

    // What is too large is refused by Provost, in SCIM's words.
    let large = server.folder().join("large.json");
    std::fs::write(&large, format!("{{\"a\":\"{}\"}}", "x".repeat(8_500_000))).unwrap();
    let refused = curl(&format!(
        "-H 'Content-Type: application/scim+json' --data-binary @{} https://{NAME}/scim_v2/Users",
        large.display()
    ));
    assert!(refused.contains("\"status\":\"413\"") && refused.contains("urn:ietf:params:scim"), "{refused}");

    let metrics = curl(&format!("-o /dev/null -w '%{{http_code}}' https://{NAME}/metrics"));
    assert_eq!(metrics, "403");
    assert_eq!(curl(&format!("https://{NAME}/healthz")), "ok\n");
}

/// The block of the page of this kind that holds a text.
fn block(kind: &str, with: &str) -> String {
    let blocks = PAGE.split("\n```").collect::<Vec<_>>();
    let found = blocks.iter().find_map(|b| b.strip_prefix(&format!("{kind}\n")).filter(|b| b.contains(with)));
    found.unwrap_or_else(|| panic!("the page has no {kind} block with {with}")).to_owned()
}

struct Nginx {
    child: Child,
    port: u16,
    certificate: PathBuf,
}

impl Nginx {
    /// Starts it with the documented server, on free ports and with a certificate made for it.
    fn start(folder: &Path, provost: u16) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![NAME.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut server = block("nginx", "server {");
        let given: [(&str, String); 4] = [
            ("listen 443 ssl;", format!("listen 127.0.0.1:{port} ssl;")),
            ("/etc/ssl/scim.example.com/fullchain.pem", certificate.display().to_string()),
            ("/etc/ssl/scim.example.com/privkey.pem", key.display().to_string()),
            ("http://127.0.0.1:8080", format!("http://127.0.0.1:{provost}")),
        ];
        for (documented, here) in given {
            assert_eq!(server.matches(documented).count(), 1, "{documented}");
            server = server.replace(documented, &here);
        }
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {};\n", folder.join(kind).display()))
            .collect();
        let text = format!(
            "daemon off;\nuser root;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{server}\n}}\n",
            folder.join("nginx.pid").display()
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).unwrap();
        let child = Command::new(program())
            .arg("-c")
            .arg(&file)
            .args(["-e", "stderr"])
            .stdin(Stdio::null())
            .stderr(std::fs::File::create(folder.join("nginx.log")).unwrap())
            .spawn()
            .expect("nginx is needed (Debian: apt-get install nginx); cargo xtask test --without nginx leaves this out");
        let nginx = Self { child, port, certificate };
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = std::fs::read_to_string(folder.join("nginx.log")).unwrap_or_default();
            assert!(start.elapsed() < Duration::from_secs(20), "nginx does not listen: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        nginx
    }

    /// Runs a curl command against it under its public name; what curl tells of the exchange, and the body.
    fn ask(&self, command: &str) -> (String, String) {
        let here = format!(
            "curl -sv --resolve {NAME}:{port}:127.0.0.1 --cacert '{}'",
            self.certificate.display(),
            port = self.port
        );
        let command = command.trim().replacen("curl", &here, 1);
        let command = command.replace(&format!("https://{NAME}/"), &format!("https://{NAME}:{}/", self.port));
        let output = Command::new("bash").arg("-c").arg(&command).output().expect("bash and curl");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{command}\n{}", text(&output.stderr));
        (text(&output.stderr), text(&output.stdout))
    }
}

/// Debian keeps it where only root looks.
fn program() -> PathBuf {
    let debians = PathBuf::from("/usr/sbin/nginx");
    if debians.exists() { debians } else { PathBuf::from("nginx") }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers when it is told, not when it is killed.
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
