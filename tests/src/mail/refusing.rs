//! What cannot be a mail address, and what one cannot do.

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::TestServer;

use super::{work, world};

#[tokio::test]
async fn without_a_mail_server_no_address_is_taken_and_the_answer_says_what_to_do() {
    let server = TestServer::start().await;
    let _working = work(&server, None);
    let admin = server.api(ApiScope::Admin, None).await;
    let refused =
        admin.post("//api/v1/webhooks", &json!({"url": "mailto:ops@learn.example"})).await.expect(400);
    assert!(refused.json.to_string().contains("mail-host"), "{}", refused.json);
}

#[tokio::test]
async fn an_address_hears_of_notices_only_and_has_no_secret() {
    let (server, host, _working) = world().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let create = async |body: Value| admin.post("//api/v1/webhooks", &body).await;
    for (body, word) in [
        (json!({"url": "mailto:ops@learn.example", "types": ["learner.created"]}), "is no notice"),
        (json!({"url": "mailto:ops@learn.example", "types": ["learner.*"]}), "is no notice"),
        (json!({"url": "mailto:ops@learn.example?bcc=x@y.example"}), "one plain address"),
        (json!({"url": "mailto:a@learn.example,b@learn.example"}), "one plain address"),
        (json!({"url": "mailto:ops@learn.example\r\nX: y"}), "one plain address"),
        (json!({"url": "mailto:ops@learn.example", "allowPrivate": true}), "private addresses"),
    ] {
        let refused = create(body).await.expect(400);
        assert!(refused.json.to_string().contains(word), "{word}: {}", refused.json);
    }
    let made = create(json!({"url": "mailto:ops@learn.example"})).await.expect(201).json;
    assert_eq!((&made["secret"], &made["webhook"]["secrets"]), (&Value::Null, &json!(0)));
    assert_eq!(made["webhook"]["coalesceSeconds"], 60);
    let one = format!("//api/v1/webhooks/{}", made["webhook"]["id"].as_str().unwrap());
    admin.post(&format!("{one}/rotate-secret"), &json!({})).await.expect(400);
    admin.patch(&one, &json!({"url": "https://app.example.com/hooks"})).await.expect(400);
    admin.patch(&one, &json!({"url": "mailto:others@learn.example"})).await.expect(200);
    let tried = admin.post(&format!("{one}/test"), &json!({})).await.expect(200).json;
    assert_eq!((&tried["outcome"], &tried["status"]), (&json!("delivered"), &json!(250)));
    assert_eq!(host.taken(1).await[0].to, ["others@learn.example"]);
    // Nobody fills a mailbox with tests.
    for _ in 0..9 {
        admin.post(&format!("{one}/test"), &json!({})).await.expect(200);
    }
    admin.post(&format!("{one}/test"), &json!({})).await.expect(409);
}
