//! An authorization server that checks assertions as RFC 7523 §3 has it, each of them once.

use super::*;

/// Why a strict authorization server takes no assertion: what RFC 7523 §3 has it check, each assertion once.
struct Checks {
    jwks: Json,
    issuer: String,
    audience: &'static str,
    /// How far its clock is ahead, in seconds.
    ahead: i64,
    seen: Vec<String>,
}

impl Checks {
    fn refusal(&mut self, token: &str, now: Timestamp) -> Option<String> {
        let now = Timestamp::from_micros(now.as_micros() + self.ahead * 1_000_000);
        let claims = match verified(token, &self.jwks, now) {
            Ok(claims) => claims,
            Err(why) => return Some(why),
        };
        let wrong = [("iss", self.issuer.as_str()), ("aud", self.audience), ("sub", PRINCIPAL)];
        if let Some((name, _)) = wrong.iter().find(|(name, value)| claims[*name] != *value) {
            return Some(format!("wrong {name}"));
        }
        let id = claims["uti"].as_str().unwrap().to_owned();
        let used = self.seen.contains(&id);
        self.seen.push(id);
        used.then(|| "used before".to_owned())
    }
}

/// What such a server has otherwise.
type Change = Box<dyn FnOnce(&mut Checks)>;

async fn strict(clock: &ManualClock, change: impl FnOnce(&mut Checks), secs: u64) -> (Listener, OAuth) {
    let issuer = issuer(SigningKey::from_pem(RSA_KEY).unwrap(), clock);
    let mut checks = Checks {
        jwks: issuer.jwks(),
        issuer: issuer.v2_issuer(),
        audience: "app",
        ahead: 0,
        seen: Vec::new(),
    };
    change(&mut checks);
    let (now, checks) = (clock.clone(), Mutex::new(checks));
    let listener = Listener::start(move |request| {
        let form = form(request.split_once("\r\n\r\n").unwrap().1);
        let (_, assertion) = form.iter().find(|(name, _)| name == "client_assertion").unwrap();
        match checks.lock().unwrap().refusal(assertion, now.now()) {
            // A careless one: it repeats what it was shown.
            Some(why) => Reply::json(
                401,
                &json!({"error": "invalid_client", "error_description": format!("{why}: {assertion}")}),
            ),
            None => {
                Reply::json(200, &json!({"access_token": "at", "token_type": "Bearer", "expires_in": secs}))
            }
        }
    })
    .await;
    let assertion = ClientAuthentication::Assertion {
        issuer,
        service_principal_id: PRINCIPAL.into(),
        audience: "app".into(),
    };
    let sign_in = oauth(&listener, clock, assertion);
    (listener, sign_in)
}

#[tokio::test]
async fn a_refused_assertion_is_told_with_what_must_be_trusted_and_without_itself() {
    let other = SigningKey::generate().unwrap().public_jwk();
    let changes: [(&str, Change); 6] = [
        ("wrong aud", Box::new(|c| c.audience = "another")),
        ("wrong iss", Box::new(|c| c.issuer = "https://elsewhere.example/".into())),
        ("no such key", Box::new(move |c| c.jwks = json!({"keys": [other]}))),
        ("no such key", Box::new(|c| c.jwks = json!({"keys": []}))),
        // An hour's life, and five minutes before its issue.
        ("(true, false, true)", Box::new(|c| c.ahead = 3600)),
        ("(true, true, false)", Box::new(|c| c.ahead = -301)),
    ];
    for (words, change) in changes {
        let clock = clock();
        let (_listener, sign_in) = strict(&clock, change, 3600).await;
        let failure = sign_in.renew().await.unwrap_err();
        let told = base::render_error(&failure, &base::Hinted::hints(&failure));
        assert!(told.contains(words), "{told}");
        let shown = sign_in.shown().unwrap();
        assert!(shown.contains(PRINCIPAL) && told.contains(&shown) && told.contains("jwks"), "{told}");
        assert!(
            !told.contains("eyJ") && told.contains("****") && !format!("{failure:?}").contains("eyJ"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn clocks_may_differ_by_less_than_five_minutes_and_no_assertion_is_shown_twice() {
    for ahead in [-299, 0, 299] {
        let clock = clock();
        let (listener, sign_in) = strict(&clock, |c| c.ahead = ahead, 2).await;
        for _ in 0..20 {
            // Within the same second, too: what tells assertions apart is no time.
            sign_in.renew().await.unwrap();
            sign_in.authorize().await.unwrap();
        }
        assert_eq!(listener.take().len(), 20);
        clock.advance(Duration::from_secs(3));
        sign_in.authorize().await.unwrap();
        assert_eq!(listener.take().len(), 1, "the token expired within the cycle");
    }
}

#[tokio::test]
async fn a_key_that_is_withdrawn_between_cycles_is_found_out_by_the_next() {
    let clock = clock();
    let key = SigningKey::from_pem(RSA_KEY).unwrap();
    let issuer = issuer(key.clone(), &clock);
    let published = Arc::new(Mutex::new(issuer.jwks()));
    let (keys, now) = (Arc::clone(&published), clock.clone());
    let listener = server(&clock, 3600, move |_, form| {
        let (_, assertion) = form.iter().find(|(name, _)| name == "client_assertion").unwrap();
        verified(assertion, &keys.lock().unwrap(), now.now()).is_ok()
    })
    .await;
    let assertion = |issuer: &Issuer| ClientAuthentication::Assertion {
        issuer: issuer.clone(),
        service_principal_id: PRINCIPAL.into(),
        audience: "app".into(),
    };
    let sign_in = oauth(&listener, &clock, assertion(&issuer));
    sign_in.renew().await.unwrap();
    let new = super::issuer(SigningKey::generate().unwrap(), &clock);
    *published.lock().unwrap() = new.jwks();
    let failure = sign_in.renew().await.unwrap_err();
    assert!(base::Hinted::hints(&failure)[0].contains(key.id()), "the key that is not taken is named");
    oauth(&listener, &clock, assertion(&new)).renew().await.unwrap();
}
