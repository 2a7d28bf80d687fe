//! Signing in at a stand-in authorization server, over a socket.

mod strict;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{Clock as _, ManualClock, Secret, SeededEntropy, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Value as Json, json};

use super::*;
use crate::testing::{Listener, Reply};

/// Of no worth: made for these tests alone.
const RSA_KEY: &str = include_str!("../../fixtures/rsa-test-key.pem");
const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const PRINCIPAL: &str = "99999999-2222-4333-8444-555555555555";

fn clock() -> ManualClock {
    ManualClock::new("2026-11-23T10:00:00Z".parse().unwrap())
}

fn issuer(key: SigningKey, clock: &ManualClock) -> Issuer {
    Issuer::new(TENANT, key, Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)))
}

/// The claims of a token whose signature holds against the key set and which is good now; else why not.
fn verified(token: &str, jwks: &Json, now: Timestamp) -> Result<Json, String> {
    let parts: Vec<_> = token.split('.').collect();
    let [head, payload, signature] = parts[..] else { return Err("three parts".into()) };
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|e| e.to_string());
    let header: Json = serde_json::from_slice(&decode(head)?).map_err(|e| e.to_string())?;
    let keys = jwks["keys"].as_array().ok_or("no keys")?;
    let key = keys.iter().find(|k| k["kid"] == header["kid"]).ok_or("no such key")?;
    let part = |name: &str| decode(key[name].as_str().unwrap_or_default());
    let message = format!("{head}.{payload}");
    let holds = match header["alg"].as_str() {
        Some("RS256") => RsaPublicKeyComponents { n: part("n")?, e: part("e")? }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &decode(signature)?)
            .is_ok(),
        Some("ES256") => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(message.as_bytes(), &decode(signature)?)
                .is_ok()
        }
        _ => false,
    };
    let claims: Json = serde_json::from_slice(&decode(payload)?).map_err(|e| e.to_string())?;
    let now = now.as_millis() / 1000;
    match (holds, claims["exp"].as_i64() > Some(now), claims["nbf"].as_i64() <= Some(now)) {
        (true, true, true) => Ok(claims),
        found => Err(format!("signature, end, beginning: {found:?}")),
    }
}

/// An authorization server: it grants numbered tokens to whom it knows.
async fn server(
    clock: &ManualClock,
    life: u64,
    knows: impl Fn(&str, &[(String, String)]) -> bool + Send + 'static,
) -> Listener {
    let granted = Mutex::new(0);
    let _ = clock;
    Listener::start(move |request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let form = form(body);
        let says = |name: &str, value: &str| form.iter().any(|(n, v)| n == name && v == value);
        assert!(head.to_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{head}");
        if !says("grant_type", "client_credentials") {
            return Reply::json(400, &json!({"error": "unsupported_grant_type"}));
        }
        if !knows(head, &form) {
            return Reply::json(
                401,
                &json!({"error": "invalid_client", "error_description": "who are you?"}),
            );
        }
        let mut n = granted.lock().unwrap();
        *n += 1;
        Reply::json(
            200,
            &json!({"access_token": format!("t{n}"), "token_type": "Bearer", "expires_in": life}),
        )
    })
    .await
}

fn form(body: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, more @ ..] = rest {
            match (first, more) {
                (b'%', [a, b, more @ ..]) => {
                    let hex = String::from_utf8(vec![*a, *b]).unwrap();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                    rest = more;
                }
                _ => {
                    bytes.push(*first);
                    rest = more;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    body.split('&').filter_map(|p| p.split_once('=')).map(|(n, v)| (decode(n), decode(v))).collect()
}

fn oauth(listener: &Listener, clock: &ManualClock, authentication: ClientAuthentication) -> OAuth {
    OAuth::new(&listener.url("/oauth/token"), "client 1", authentication, Arc::new(clock.clone())).unwrap()
}

#[tokio::test]
async fn client_credentials_go_in_a_basic_header_or_in_the_body() {
    let clock = clock();
    let secret = || Secret::from("s3cr&t:%");
    let basic = server(&clock, 3600, |head, form| {
        let expected = STANDARD.encode("client+1:s3cr%26t%3A%25");
        head.contains(&format!("Basic {expected}")) && form.iter().all(|(n, _)| n != "client_secret")
    })
    .await;
    let sign_in = oauth(&basic, &clock, ClientAuthentication::Basic { secret: secret() });
    assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    let body = server(&clock, 3600, |head, form| {
        let has = |n: &str, v: &str| form.contains(&(n.to_owned(), v.to_owned()));
        !head.to_lowercase().contains("authorization")
            && has("client_id", "client 1")
            && has("client_secret", "s3cr&t:%")
            && has("scope", "scim")
    })
    .await;
    let sign_in = oauth(&body, &clock, ClientAuthentication::Body { secret: secret() }).scope("scim");
    assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    assert!(!format!("{sign_in:?}").contains("s3cr"), "{sign_in:?}");
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_again_when_a_cycle_begins_or_it_is_about_to_expire() {
    let clock = clock();
    let listener = server(&clock, 3600, |_, _| true).await;
    let sign_in = oauth(&listener, &clock, ClientAuthentication::Basic { secret: "s".into() });
    let (a, b) = tokio::join!(sign_in.authorize(), sign_in.authorize());
    assert_eq!((a.unwrap().expose().as_str(), b.unwrap().expose().as_str()), ("t1", "t1"));
    assert_eq!(sign_in.lifetime().await, Some(Duration::from_secs(3600)));
    clock.advance(Duration::from_secs(3299));
    assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    assert_eq!(sign_in.renew().await.unwrap().expose(), "t2", "each cycle begins with a new one");
    clock.advance(Duration::from_secs(3301));
    assert_eq!(
        sign_in.authorize().await.unwrap().expose(),
        "t3",
        "five minutes before its end it is renewed"
    );
}

#[tokio::test]
async fn an_endpoint_that_fails_is_left_alone_while_there_is_a_token_to_go_on_with() {
    let clock = clock();
    let grants = std::sync::atomic::AtomicUsize::new(0);
    let listener = Listener::start(move |_| match grants.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => Reply::json(200, &json!({"access_token": "t1", "token_type": "Bearer", "expires_in": 3600})),
        _ => Reply::new(503, &[], "<html>busy</html>"),
    })
    .await;
    let sign_in = oauth(&listener, &clock, ClientAuthentication::Basic { secret: "s".into() });
    assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    let asked = || listener.take().len();
    assert_eq!(asked(), 1);
    // It is about to expire: one question, however many requests wait, and the present token goes on.
    clock.advance(Duration::from_secs(3301));
    for _ in 0..5 {
        assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    }
    assert_eq!(asked(), 1);
    clock.advance(Duration::from_secs(31));
    sign_in.authorize().await.unwrap();
    assert_eq!(asked(), 1, "after a while it is asked again");
    // When the token has expired the failure is told; a cycle that begins asks in any case.
    clock.advance(Duration::from_secs(300));
    assert!(sign_in.authorize().await.unwrap_err().to_string().contains("HTTP 503"));
    assert!(sign_in.renew().await.unwrap_err().to_string().contains("HTTP 503"));
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn an_assertion_takes_the_place_of_a_secret_and_is_checked_against_the_key_set() {
    let clock = clock();
    for key in [SigningKey::from_pem(RSA_KEY).unwrap(), SigningKey::generate().unwrap()] {
        let issuer = issuer(key, &clock);
        let (jwks, now) = (issuer.jwks(), clock.clone());
        let listener = server(&clock, 3600, move |_, form| {
            let get = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
            let claims = verified(get("client_assertion").unwrap(), &jwks, now.now()).unwrap();
            get("client_id") == Some("client 1")
                && get("client_assertion_type")
                    == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                && claims["iss"] == format!("https://login.microsoftonline.com/{TENANT}/v2.0")
                && (claims["sub"].as_str(), claims["aud"].as_str()) == (Some(PRINCIPAL), Some("app"))
        })
        .await;
        let assertion = ClientAuthentication::Assertion {
            issuer,
            service_principal_id: PRINCIPAL.into(),
            audience: "app".into(),
        };
        let sign_in = oauth(&listener, &clock, assertion);
        assert_eq!(sign_in.authorize().await.unwrap().expose(), "t1");
    }
}

#[tokio::test]
async fn a_blank_secret_token_is_filled_with_entras_own() {
    let clock = clock();
    let issuer = issuer(SigningKey::from_pem(RSA_KEY).unwrap(), &clock);
    let jwks = issuer.jwks();
    let sign_in = EntraToken::new(issuer, PRINCIPAL, NON_GALLERY_APP);
    let first = sign_in.authorize().await.unwrap();
    let claims = verified(first.expose(), &jwks, clock.now()).unwrap();
    assert_eq!(claims["iss"], format!("https://sts.windows.net/{TENANT}/"));
    assert_eq!((&claims["aud"], &claims["tid"]), (&json!(NON_GALLERY_APP), &json!(TENANT)));
    assert_eq!(sign_in.authorize().await.unwrap(), first, "one token serves until it is about to expire");
    clock.advance(Duration::from_secs(3301));
    let second = sign_in.authorize().await.unwrap();
    assert_ne!(second, first);
    clock.advance(Duration::from_secs(300));
    verified(first.expose(), &jwks, clock.now()).unwrap_err();
    verified(second.expose(), &jwks, clock.now()).unwrap();
    // Another key's signature does not pass.
    verified(second.expose(), &json!({"keys": [SigningKey::generate().unwrap().public_jwk()]}), clock.now())
        .unwrap_err();
}

#[tokio::test]
async fn a_refusal_is_told_with_what_to_do_and_without_the_secret() {
    let clock = clock();
    let refusing = server(&clock, 1, |_, _| false).await;
    let sign_in = oauth(&refusing, &clock, ClientAuthentication::Body { secret: "hunter2".into() });
    let failure = sign_in.authorize().await.unwrap_err();
    let text = base::render_error(&failure, &base::Hinted::hints(&failure));
    assert!(
        text.contains("invalid_client") && text.contains("who are you?") && text.contains("Basic"),
        "{text}"
    );
    assert!(!text.contains("hunter2") && !format!("{failure:?}").contains("hunter2"));
    for (reply, words) in [
        (Reply::new(200, &[], "<html>"), "not JSON"),
        (Reply::json(200, &json!({"token": "x"})), "no access_token"),
        (Reply::json(200, &json!({"access_token": "x", "token_type": "mac"})), "not Bearer"),
        (Reply::json(200, &json!({"access_token": "a\nb"})), "no token has"),
        (Reply::new(404, &[], ""), "HTTP 404"),
        (
            Reply::new(302, &["location: https://elsewhere.example/t"], ""),
            "points to https://elsewhere.example",
        ),
        (Reply::Reset, "no answer"),
    ] {
        let listener = Listener::always(reply).await;
        let sign_in = oauth(&listener, &clock, ClientAuthentication::Body { secret: "hunter2".into() });
        let failure = sign_in.authorize().await.unwrap_err().to_string();
        assert!(failure.contains(words), "{failure}");
    }
}

#[test]
fn keys_are_kept_as_pem_and_come_back_the_same() {
    for key in [SigningKey::from_pem(RSA_KEY).unwrap(), SigningKey::generate().unwrap()] {
        let again = SigningKey::from_pem(key.to_pem().expose()).unwrap();
        assert_eq!((again.id(), again.public_jwk()), (key.id(), key.public_jwk()));
        assert_eq!(format!("{key:?}"), format!("SigningKey({} {})", key.algorithm(), key.id()));
    }
    assert_eq!(SigningKey::from_pem("no key").unwrap_err(), KeyFault::NoPem);
    let damaged = RSA_KEY.replacen("MII", "AAA", 1);
    assert!(matches!(SigningKey::from_pem(&damaged).unwrap_err(), KeyFault::Rejected(_)));
}
