//! What a provider sends is written down, without the people, and replays.

use base::SeededEntropy;
use entra::wire::replay::{Fixture, Outcome, Player};
use serde_json::json;

use super::run::{Target, person};

#[test]
fn what_was_captured_replays_and_names_nobody() {
    let mut target = Target::new();
    target.serve_with(&["--capture", "captured"]);
    let mut ann = person("annabella");
    ann["manager"] = json!({"id": "id-of-benedict"});
    let group = json!({"id": "id-of-pilots", "displayName": "Pilots of Contoso",
        "members": [{"id": "id-of-annabella"}, {"id": "id-of-benedict"}]});
    let mut document = json!({"users": [ann, person("benedict")], "groups": [group]});
    let run = |document: &serde_json::Value| {
        target.write("one.json", &document.to_string());
        target.entra(&["provision", "--source", "one.json", "--concurrency", "1"]).exits(0);
    };
    run(&document);
    document["users"][0]["department"] = json!("Teaching");
    document["users"][1]["accountEnabled"] = json!(false);
    document["groups"][0]["members"] = json!([{"id": "id-of-benedict"}]);
    run(&document);
    target.entra(&["test-connection", "--secret-token", "pvt_wrong"]).exits(1);
    target.terminate();

    let folder = target.folder.path().join("captured");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["capture-1.json"], "one for each token; a refused one has none");
    let text = std::fs::read_to_string(folder.join("capture-1.json")).unwrap();
    for person in ["annabella", "benedict", "x.example", "Pilots", "Research", "Teaching", &target.token] {
        assert!(!text.to_lowercase().contains(&person.to_lowercase()), "{person} is in it: {text}");
    }
    let fixture = Fixture::read(&text).unwrap();
    let steps = &fixture.tests[0].steps;
    assert!(steps.len() > 15, "{text}");
    for part in
        [r#""path":"members""#, r#""path":"active","value":"False""#, r#":manager","value":"{{id2}}""#]
    {
        assert!(text.contains(part), "{part} is not in it: {text}");
    }

    let fresh = Target::new();
    let played = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = fixture.client(&fresh.url).bearer(fresh.token.clone().into()).build().unwrap();
        Player::new(&client, &SeededEntropy::new(7)).play(&fixture).await
    });
    assert_eq!(played[0].outcome, Outcome::Passed);
    assert_eq!(fresh.names().len(), 2);
}

#[test]
fn a_recording_ends_at_its_limit_and_a_killed_server_leaves_a_whole_one() {
    let mut target = Target::new();
    target.serve_with(&["--capture", "captured", "--capture-limit", "0"]);
    target.entra(&["test-connection"]).exits(0);
    target.terminate();
    let read = |target: &Target, number: u8| {
        let path = target.folder.path().join("captured").join(format!("capture-{number}.json"));
        std::fs::read_to_string(path).unwrap_or_default()
    };
    assert_eq!(read(&target, 1).matches("\"send\"").count(), 0);

    target.serve_with(&["--capture", "captured"]);
    target.entra(&["test-connection"]).exits(0);
    for _ in 0..100 {
        if read(&target, 2).matches("\"send\"").count() == 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    target.kill();
    assert_eq!(Fixture::read(&read(&target, 2)).unwrap().tests[0].steps.len(), 2);
}
