//! Each way in which a connection does not work, over a real socket.

use std::time::Duration;

use base::SeededEntropy;
use client::Client;
use serde_json::json;

use super::*;
use crate::judge::ErrorCode;
use crate::mapping::{AttributeType, Mapping};
use crate::signin::{SignInFailure, TokenOrigin};
use crate::testing::{Listener, Reply};
use crate::wire::{Dialect, Switches};

const EMPTY: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}"#;

fn mapping() -> Mapping {
    let users = crate::wire::tests::mapping(Kind::User, &[("userName", AttributeType::String)]);
    let groups = crate::wire::tests::mapping(Kind::Group, &[("displayName", AttributeType::String)]);
    Mapping { rule: String::new(), users, groups: Some(groups) }
}

async fn test_at(url: &str, mapping: &Mapping) -> Report {
    let wire = Wire::new(Dialect::EntraDefault).unwrap();
    let client: Client =
        wire.client(url).bearer("t0ken".into()).timeout(Duration::from_millis(500)).build().unwrap();
    run(&client, &wire, mapping, &SeededEntropy::new(1)).await
}

async fn answered(reply: Reply) -> Report {
    let listener = Listener::always(reply).await;
    test_at(&listener.url("/scim"), &mapping()).await
}

fn first(report: &Report) -> &Finding {
    report.findings().next().unwrap()
}

/// A listener that answers `/Users` so and everything else with an empty list.
async fn users(reply: Reply) -> Listener {
    Listener::start(
        move |request| {
            if request.contains("/Users?") { reply.clone() } else { Reply::new(200, &[], EMPTY) }
        },
    )
    .await
}

#[tokio::test]
async fn a_working_connection_is_two_requests() {
    let listener = Listener::always(Reply::new(200, &[], EMPTY)).await;
    let report = test_at(&listener.url("/scim"), &mapping()).await;
    assert!(report.passed());
    assert_eq!(report.banner(), "The supplied credentials are authorized to enable provisioning");
    let text = report.to_string().replace(&listener.port.to_string(), "PORT");
    insta::assert_snapshot!("works", text);
    let lines: Vec<_> = listener.take().iter().map(|r| r.lines().next().unwrap().to_owned()).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let mut without = mapping();
    without.groups = None;
    assert_eq!(test_at(&listener.url("/scim"), &without).await.asked.len(), 1);
}

#[tokio::test]
async fn discovery_is_read_when_the_switch_says_so_and_decides_nothing() {
    let listener = Listener::start(|request| {
        if request.contains("filter=") { Reply::new(200, &[], EMPTY) } else { Reply::new(404, &[], "") }
    })
    .await;
    let mut switches = Switches::of(Dialect::EntraDefault);
    switches.set("discovery-at-test", "on").unwrap();
    let wire = Wire::with(Dialect::EntraDefault, switches).unwrap();
    let client = wire.client(&listener.url("/scim")).build().unwrap();
    let report = run(&client, &wire, &mapping(), &SeededEntropy::new(1)).await;
    assert!(report.passed());
    assert_eq!(
        report.asked.iter().map(|a| a.status).collect::<Vec<_>>(),
        [404, 404, 404, 200, 200].map(Some)
    );
}

#[tokio::test]
async fn each_answer_has_its_cause() {
    use Cause as C;
    let error = |status: u16| {
        let urn = client::ScimError::SCHEMA;
        Reply::json(status, &json!({"schemas": [urn], "status": status.to_string(), "detail": "No."}))
    };
    let head = |status, header: &str| Reply::new(status, &[header], "");
    let somebody = json!({"totalResults": 1, "Resources": [{"id": "1", "userName": "bob"}]});
    for (reply, cause) in [
        (Reply::new(200, &[], "<!DOCTYPE html><p>Welcome"), C::WebPage),
        (Reply::new(200, &[], "OK"), C::NotJson),
        (Reply::new(200, &[], "{}"), C::NotAList),
        (Reply::json(200, &somebody), C::FilterIgnored),
        (head(301, "location: https://elsewhere.example/scim"), C::Redirect),
        (head(302, "location: /login?next=/scim"), C::WebPage),
        (error(400), C::NotFilterable),
        (Reply::new(400, &[], "The plain HTTP request was sent to HTTPS port"), C::RedirectToHttps),
        (error(401), C::TokenRefused),
        (head(401, "www-authenticate: Bearer realm=\"scim\""), C::TokenNotSeen),
        (
            head(
                401,
                "www-authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"",
            ),
            C::TokenExpired,
        ),
        (head(401, "www-authenticate: Bearer error=\"invalid_token\""), C::TokenRefused),
        (head(401, "www-authenticate: Basic realm=\"x\""), C::TokenRefused),
        (Reply::new(403, &[], "<html>blocked"), C::Firewall),
        (error(403), C::TokenWithoutRight),
        (error(404), C::NotFoundForNothing),
        (Reply::new(404, &[], "<h1>Not Found</h1>"), C::WrongPath),
        (Reply::new(406, &[], ""), C::MediaType),
        (Reply::new(415, &[], ""), C::MediaType),
        (error(429), C::Throttled),
        (error(500), C::ServerError),
        (Reply::new(418, &[], ""), C::UnexpectedStatus),
        (Reply::Silence(Duration::from_secs(3)), C::Timeout),
        (Reply::Reset, C::Broken),
        (Reply::Raw(b"SSH-2.0-x\r\n".to_vec()), C::Broken),
    ] {
        let shown = format!("{reply:?}");
        let report = answered(reply).await;
        let finding = first(&report);
        assert_eq!(finding.cause, cause, "{shown}: {}", finding.reason);
        assert!(!finding.reason.is_empty() && !finding.remedy.is_empty());
        assert!(report.banner().starts_with("You appear to have entered invalid credentials"));
        let told = match cause {
            C::TokenRefused | C::TokenNotSeen | C::TokenExpired | C::TokenWithoutRight | C::Firewall => {
                ErrorCode::CredentialValidationFailure
            }
            _ => ErrorCode::CredentialValidationUnavailable,
        };
        assert_eq!(finding.told, told, "{shown}");
    }
}

#[tokio::test]
async fn https_is_told_by_the_redirect_to_it() {
    let listener = Listener::start(|request| {
        let target = request.split(' ').nth(1).unwrap().to_owned();
        let host = request.lines().find_map(|l| l.strip_prefix("Host: ")).unwrap().to_owned();
        Reply::new(301, &[&format!("location: https://{host}{target}")], "")
    })
    .await;
    let report = test_at(&listener.url("/scim"), &mapping()).await;
    assert_eq!(first(&report).cause, Cause::RedirectToHttps);
    assert_eq!(first(&report).remedy, "Write https:// in the Tenant URL.");
}

#[tokio::test]
async fn a_service_below_the_pasted_address_is_found() {
    let listener = Listener::start(|request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        match target.strip_prefix("/app/scim_v2/ServiceProviderConfig") {
            Some(_) => Reply::json(
                200,
                &json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]}),
            ),
            None => Reply::new(200, &[], "<html>The application"),
        }
    })
    .await;
    let report = test_at(&listener.url("/app?aadOptscim062020"), &mapping()).await;
    let finding = first(&report);
    assert_eq!(finding.cause, Cause::WebPage);
    let expected = format!("Use {}/app/scim_v2?aadOptscim062020 as Tenant URL", listener.url(""));
    assert!(finding.remedy.starts_with(&expected), "{}", finding.remedy);
}

#[tokio::test]
async fn a_service_without_groups_is_told_apart_from_a_wrong_path() {
    let listener = Listener::start(|request| match request.contains("/Groups") {
        true => Reply::new(404, &[], ""),
        false => Reply::new(200, &[], EMPTY),
    })
    .await;
    let report = test_at(&listener.url("/scim"), &mapping()).await;
    assert_eq!(first(&report).cause, Cause::NoGroups);
    assert_eq!(first(&report).fault.as_ref().unwrap().code, ErrorCode::ServiceIncompatible);
    insta::assert_snapshot!("no-groups", report.to_string().replace(&listener.port.to_string(), "PORT"));
    let broken = users(Reply::new(404, &[], "")).await;
    let report = test_at(&broken.url("/scim"), &mapping()).await;
    assert_eq!(report.findings().map(|f| f.cause).collect::<Vec<_>>(), [Cause::WrongPath]);
}

#[tokio::test]
async fn nobody_listens_and_no_such_host() {
    let listener = Listener::always(Reply::Reset).await;
    let url = listener.url("/scim");
    drop(listener);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let report = test_at(&url, &mapping()).await;
    assert_eq!(first(&report).cause, Cause::ConnectionRefused, "{report}");
    assert_eq!(report.asked.len(), 1, "who does not answer once is not asked twice");
    let report = test_at("http://no-such-host.invalid/scim", &mapping()).await;
    assert_eq!(first(&report).cause, Cause::UnknownHost, "{report}");
}

#[tokio::test]
async fn tls_that_is_none_and_tls_that_is_not_trusted() {
    let plain = Listener::always(Reply::new(400, &[], "what is this?")).await;
    let report = test_at(&plain.url("/scim").replace("http:", "https:"), &mapping()).await;
    assert_eq!(first(&report).cause, Cause::NoTls, "{report}");
    let day = rcgen::date_time_ymd;
    for (name, until, trusted, cause) in [
        ("localhost", day(2999, 1, 1), false, Cause::CertificateUntrusted),
        ("localhost", day(2001, 1, 1), true, Cause::CertificateExpired),
        ("elsewhere.example", day(2999, 1, 1), true, Cause::CertificateForOther),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (authority, ca) = authority();
        let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        (parameters.not_before, parameters.not_after) = (day(2000, 1, 1), until);
        let key = rcgen::KeyPair::generate().unwrap();
        let file = |name: &str, text: String| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let cert = file("cert.pem", parameters.signed_by(&key, &authority).unwrap().pem());
        let key_file = file("key.pem", key.serialize_pem());
        let ca = file("ca.pem", ca);
        let port = greet(base::load_server_config(&cert, &key_file).unwrap()).await;
        let wire = Wire::new(Dialect::EntraDefault).unwrap();
        let builder = wire.client(&format!("https://localhost:{port}/scim"));
        let builder = if trusted { builder.trust(&ca) } else { builder };
        let report = run(&builder.build().unwrap(), &wire, &mapping(), &SeededEntropy::new(1)).await;
        assert_eq!(first(&report).cause, cause, "{report}");
    }
}

/// An authority of the test's own, and its certificate.
fn authority() -> (rcgen::Issuer<'static, rcgen::KeyPair>, String) {
    let mut parameters = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let text = parameters.self_signed(&key).unwrap().pem();
    (rcgen::Issuer::new(parameters, key), text)
}

/// A server that shakes hands over TLS and says no more.
async fn greet(config: std::sync::Arc<rustls::ServerConfig>) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(config);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    port
}

#[test]
fn a_failed_sign_in_is_a_failed_test() {
    let failure = SignInFailure::Refused {
        url: "https://h/token".into(),
        status: 401,
        error: Some("invalid_client".into()),
        description: None,
        shown: None,
    };
    let report = Report::of_sign_in("https://h/scim", &failure);
    assert!(!report.passed() && first(&report).remedy.contains("client id and secret"));
    assert_eq!(report.to_json()["signIn"]["cause"], "NotSignedIn");
    assert!(report.to_string().contains("InvalidCredentials"));
}

#[tokio::test]
async fn the_report_is_data_too() {
    let report = answered(Reply::new(406, &[], "")).await;
    let data = report.to_json();
    assert_eq!(
        (data["passed"].as_bool(), data["outerCode"].as_str()),
        (Some(false), Some("InvalidCredentials"))
    );
    let finding = &data["requests"][0]["finding"];
    assert_eq!(finding["cause"], "MediaType");
    assert!(finding["details"].as_str().unwrap().contains("Status Code: 406"));
}

#[test]
fn random_guids_are_of_version_four() {
    let guid = random_guid(&SeededEntropy::new(1));
    assert_eq!((guid.len(), guid.as_bytes()[14]), (36, b'4'), "{guid}");
}

#[tokio::test]
async fn what_to_do_about_a_refused_token_depends_on_where_it_comes_from() {
    let error = |status: &str, detail: &str| json!({"schemas": [client::ScimError::SCHEMA], "status": status, "detail": detail});
    for (status, detail, cause) in [
        (401, "wrong audience", Cause::TokenRefused),
        (401, "the token has expired", Cause::TokenExpired),
        (403, "no", Cause::TokenWithoutRight),
    ] {
        let report = answered(Reply::json(status, &error(&status.to_string(), detail))).await;
        assert_eq!(first(&report).cause, cause);
        let remedy = |origin| first(&report.clone().signed_in_by(origin)).remedy.clone();
        assert_eq!(remedy(TokenOrigin::Pasted), first(&report).remedy, "{detail}");
        let (issued, entras) = (remedy(TokenOrigin::TokenEndpoint), remedy(TokenOrigin::Entra));
        assert!(issued != entras && issued != first(&report).remedy, "{detail}: {issued}");
        assert!(!issued.contains("paste it"), "{detail}: {issued}");
    }
}

#[tokio::test]
async fn a_service_that_repeats_the_token_does_not_have_it_shown() {
    let echo = |status, body: &str| {
        Reply::new(status, &["www-authenticate: Bearer error=\"invalid_token\", t=\"t0ken-t0ken\""], body)
    };
    for reply in [
        echo(401, r#"{"detail": "Bearer t0ken-t0ken is unknown"}"#),
        echo(403, "<html>authorization: Bearer t0ken-t0ken"),
        echo(200, r#"{"headers": {"Authorization": "Bearer t0ken-t0ken"}}"#),
    ] {
        let listener = Listener::always(reply).await;
        let wire = Wire::new(Dialect::EntraDefault).unwrap();
        let client = wire.client(&listener.url("/scim")).bearer("t0ken-t0ken".into()).build().unwrap();
        let report = run(&client, &wire, &mapping(), &SeededEntropy::new(1)).await;
        let all = format!("{report} {} {report:?}", report.to_json());
        assert!(!all.contains("t0ken-t0ken") && all.contains("****"), "{all}");
    }
}
