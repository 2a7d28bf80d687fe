//! The setup page while the engine plays Entra: what it ticks, counts and explains.

use std::time::Duration;

use service::{DEFAULT, NewSetupLink};

use super::world::{DIALECTS, World, with_group};

#[tokio::test]
async fn the_setup_page_follows_a_first_cycle() {
    for dialect in DIALECTS {
        let world =
            World::new(dialect, with_group(&["ann", "bob", "eve"], "Research", &["ann", "bob"])).await;
        let server = &world.server;
        let op = server.operator(DEFAULT, DEFAULT).await;
        let made = server.service.setup_link_create(&op, &NewSetupLink::default()).await.unwrap();
        let at = format!("//setup/{}/progress", made.url.expose().rsplit('/').next().unwrap());
        let browser = server.anonymous();
        let look = async || browser.get(&at).await.expect(200).text;
        let ticked =
            |text: &str, id: &str| text.contains(&format!("<span class=\"tick done\" id=\"tick-{id}\""));

        let before = look().await;
        assert!(before.contains("Nothing has arrived yet") && !ticked(&before, "tested"), "{before}");
        world.cycle().await;
        let during = look().await;
        for id in ["tested", "groups", "learner"] {
            assert!(ticked(&during, id), "{id}: {during}");
        }
        assert!(during.contains("People are arriving: 3 so far") && !ticked(&during, "cycle"), "{during}");
        // The sample's object ids are no UUIDs, which is what the page says of them.
        assert!(during.contains("external_id_"), "{during}");

        world.pass(Duration::from_secs(601));
        server.service.sweep().await.unwrap();
        let after = look().await;
        assert!(ticked(&after, "cycle") && after.contains("It works. 3 people are here"), "{after}");

        // The token is revoked: the next cycle is refused, and the page says why.
        let op = server.operator(DEFAULT, DEFAULT).await;
        let token = server.service.tokens(&op).await.unwrap().remove(0);
        server.service.token_revoke(&op, &token.id).await.unwrap();
        world.pass(Duration::from_secs(2400));
        let report = world.job.cycle(&mut |_| ()).await.unwrap();
        assert!(report.quarantine.is_some());
        server.service.settle().await;
        let refused = look().await;
        assert!(refused.contains("It does not work: The Secret Token was revoked"), "{refused}");
    }
}
