//! What a stranger gets from the Tenant URL: Entra's first question, without a token.

use base::Timestamp;
use client::{Client, Redirects, Request, Response, RetryPolicy};

use super::Finding;
use super::clock::Reference;
use super::configuration::Place;

const PART: &str = "answer";

/// Asks as Entra does, but without a token: Provost must be the one that refuses.
pub(super) async fn look(place: &Place) -> (Vec<Finding>, Option<Reference>) {
    let built = Client::builder(&format!("{}/scim_v2", place.url))
        .redirects(Redirects::None)
        .retries(RetryPolicy::none())
        .timeout(std::time::Duration::from_secs(15))
        .build();
    let client = match built {
        Ok(client) => client,
        Err(error) => return (vec![Finding::fault(PART, error.to_string(), "check --public-url")], None),
    };
    let question = Request::new(http::Method::GET, "Users").param("filter", "userName eq \"nobody\"");
    match client.send(question).await {
        Ok(response) => (vec![judge(&response)], time(&response)),
        Err(error) => {
            let todo = "look at what stands between: proxy, firewall, load balancer";
            (vec![Finding::fault(PART, error.to_string(), todo)], None)
        }
    }
}

fn judge(response: &Response) -> Finding {
    let status = response.status().as_u16();
    let ours = response.header("www-authenticate").is_some_and(|value| value.contains("provost"));
    if status == 401 && ours {
        return Finding::good(PART, "Provost answers there, and refuses whoever has no token");
    }
    let saw = format!("{} answers {}, which is not Provost's answer", response.url(), response.status());
    let todo = match status {
        200..=299 => {
            "something else than Provost answers there, or something adds a token: look at the proxy"
        }
        300..=399 => "no redirects: Entra does not follow them. Let the proxy pass /scim_v2 on as it is",
        403 => {
            "a firewall takes requests without User-Agent for a bot (AWS WAF: NoUserAgent_HEADER): make an exception for \
             /scim_v2"
        }
        404 => "the proxy does not pass /scim_v2 on, or changes the path",
        502..=504 => {
            "the proxy does not reach Provost: start `provost serve`, and compare --listen with the proxy's target"
        }
        _ => {
            "let the proxy pass /scim_v2 and everything below it on to Provost, with the header Authorization"
        }
    };
    Finding::fault(PART, saw, todo)
}

fn time(response: &Response) -> Option<Reference> {
    let time = Timestamp::from_http_date(response.header("date")?)?;
    Some(Reference::now("whoever answers at the public URL", time))
}
