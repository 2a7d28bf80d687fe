//! The operators' console through the front door, as a browser without JavaScript uses it: addresses and forms.

mod acting;
mod alarms;
mod leaving;
mod looking;
mod signing_in;
mod telling;

use std::collections::BTreeMap;

use testkit::{Caller, Reply, TestServer};

/// A browser in which somebody is signed in.
struct Browser {
    caller: Caller,
    /// What forms have to show.
    proof: String,
}

/// The secret part of a new one-time link.
async fn link(server: &TestServer) -> String {
    let made = server.service.login_link_create("Ann").await.unwrap();
    made.url.expose().rsplit('/').next().unwrap().to_owned()
}

/// Sends a form without being signed in.
async fn send_form(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={}", encoded(v))).collect();
    let caller = caller.header("content-type", "application/x-www-form-urlencoded");
    caller.send("POST", path, Some(&body.join("&"))).await
}

/// As browsers encode the values of forms.
fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The cookie that an answer sets.
fn cookie(reply: &Reply) -> String {
    let set = reply.header("set-cookie").unwrap_or_else(|| panic!("no cookie in {:?}", reply.headers));
    set.split(';').next().unwrap().to_owned()
}

impl Browser {
    /// Signs somebody in.
    async fn sign_in(server: &TestServer) -> Self {
        let secret = link(server).await;
        let nobody = server.anonymous();
        let entered = send_form(&nobody, "//console/sign-in", &[("link", &secret)]).await.expect(303);
        let caller = nobody.header("cookie", &cookie(&entered));
        let page = caller.get("//console").await.expect(200);
        let proof = between(&page.text, "name=\"csrf\" value=\"", "\"").to_owned();
        Self { caller, proof }
    }

    /// A page.
    async fn page(&self, path: &str) -> String {
        self.caller.get(&format!("//console{path}")).await.expect(200).text
    }

    /// Sends a form of a page.
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("csrf", self.proof.as_str())];
        all.extend(fields);
        send_form(&self.caller, &format!("//console{path}"), &all).await
    }

    /// Sends a form and follows where it leads.
    async fn act(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let reply = self.send(path, fields).await.expect(303);
        let next = reply.header("location").unwrap().to_owned();
        self.caller.get(&format!("/{next}")).await.expect(200).text
    }

    /// The forms of a page: where each goes, with the fields that hold something already.
    async fn forms(&self, path: &str) -> BTreeMap<String, Vec<String>> {
        let page = self.page(path).await;
        let mut forms = BTreeMap::new();
        for form in page.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let names = form.split(" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
            forms.insert(between(form, "action=\"", "\"").to_owned(), names.collect());
        }
        forms
    }
}

/// What stands between two texts.
#[track_caller]
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before}")).0
}
