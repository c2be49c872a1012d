//! Conversations that last, held by people who give each other files: the whole program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

mod world;

use serde_json::json;
use world::{World, example};

#[test]
fn three_homes_complete_an_escrow_with_a_dispute_and_a_ruling() {
    let world = World::people(&["ada", "ben", "cy"]);
    let opened = world.escrow();
    let come = world.ok("ben", &["import", &opened, "--rules", &example("escrow.conv")]);
    assert!(come.out.contains("new here, by ada?; you are seller"), "{}", come.out);
    world.ok("ada", &["say", "1", "order", "quantity=1", "address=1 High Street"]);
    world.ok("ben", &["import", &world.export("ada", "a.mundi")]);
    world.ok("ben", &["say", "1", "accept"]);
    world.ok("ada", &["import", &world.export("ben", "b.mundi")]);
    world.ok("ada", &["say", "1", "pay", "reference=bank 17"]);
    world.ok("ben", &["import", &world.export("ada", "c.mundi")]);
    world.ok("ben", &["say", "1", "ship"]);
    world.ok("ada", &["import", &world.export("ben", "d.mundi")]);
    world.ok("ada", &["say", "1", "dispute", "reason=it is broken"]);
    let disputed = world.export("ada", "e.mundi");
    // The notary gets all of them, the last first.
    let files = ["e.mundi", "a.mundi", "d.mundi", "b.mundi", "c.mundi"].map(|f| world.file(f));
    let mut import = vec!["import"];
    import.extend(files.iter().map(String::as_str));
    world.ok("cy", &import);
    world.ok("cy", &["say", "1", "rule", "to_seller=5.00", "reason=half of it works"]);
    let ruled = world.export("cy", "f.mundi");
    world.ok("ben", &["import", &ruled, &disputed]);
    world.ok("ada", &["import", &ruled]);
    let outcome = world.seen("ada");
    assert_eq!(outcome.1, json!({"to_seller": "5.00", "to_buyer": "7.50"}));
    assert_eq!(world.seen("ben"), outcome);
    assert_eq!(world.seen("cy"), outcome);
    let listed = world.ok("ada", &["list", "--json"]).json();
    assert_eq!(listed["conversations"][0]["ended"], json!(true));
    // Evidence replays to the same.
    let log = world.file("evidence.log");
    world.ok("cy", &["export", "1", &log, "--evidence"]);
    let replayed = world.ok("cy", &["show", "--json"]).json();
    let out = std::process::Command::new(world::PROGRAM)
        .args(["replay", &log, "--json"])
        .output()
        .unwrap();
    let evidence: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(evidence["state_hash"].as_str(), Some(outcome.0.as_str()));
    assert_eq!(evidence["entries"], replayed["entries"]);
}

#[test]
fn what_is_refused_says_why_and_is_not_kept() {
    let world = World::people(&["ada", "ben", "cy"]);
    world.escrow();
    let early = world.run("ada", &["say", "1", "pay", "reference=x"]);
    assert_eq!(early.status, 1);
    assert!(early.err.contains("refused (out-of-turn)"), "{}", early.err);
    assert!(early.err.contains("order by me"), "{}", early.err);
    let wrong = world.run("ada", &["say", "1", "order", "quantity=none", "address=x"]);
    assert_eq!(wrong.status, 2, "{}", wrong.err);
    assert!(wrong.err.contains("`quantity`: a whole number"), "{}", wrong.err);
    let unknown = world.run("ada", &["say", "1", "ordr"]);
    assert!(unknown.err.contains("did you mean `order`?"), "{}", unknown.err);
    let nobody = world.run("ada", &["say", "7", "order"]);
    assert!(nobody.err.contains("there is no conversation `7` here"), "{}", nobody.err);
    let listed = world.ok("ada", &["list", "--json"]).json();
    assert_eq!(listed["conversations"][0]["entries"], json!(1));
}

#[test]
fn what_comes_changed_for_others_or_by_other_rules_is_refused_with_its_reason() {
    let world = World::people(&["ada", "ben", "cy", "eve"]);
    let opened = world.escrow();
    let strange = world.run("eve", &["import", &opened]);
    assert_eq!(strange.status, 1);
    assert!(strange.err.contains("nothing in this bundle is for you"), "{}", strange.err);
    let rules = world.run("ben", &["import", &opened, "--rules", &example("coin.conv")]);
    assert_eq!(rules.status, 1);
    assert!(rules.err.contains("goes by other rules"), "{}", rules.err);
    assert_eq!(world.ok("ben", &["list", "--json"]).json()["conversations"], json!([]));
    world.ok("ben", &["import", &opened]);
    world.ok("ada", &["say", "1", "order", "quantity=1", "address=here"]);
    let export = world.export("ada", "order.mundi");
    let mut bytes = std::fs::read(&export).unwrap();
    // Within the last envelope of an entry: the cards come after it, three of at most 2 KiB.
    let at = bytes.len() - 3 * 2_200 - 300;
    bytes[at] ^= 1;
    std::fs::write(&export, &bytes).unwrap();
    let changed = world.run("ben", &["import", &export]);
    assert_eq!(changed.status, 1, "{}{}", changed.out, changed.err);
    assert!(changed.err.contains("1 envelopes did not open"), "{}", changed.err);
    let junk = world.file("junk");
    std::fs::write(&junk, b"not a bundle").unwrap();
    let junk = world.run("ben", &["import", &junk]);
    assert_eq!(junk.status, 2);
    assert!(junk.err.contains("nothing that mundi exports"), "{}", junk.err);
    let card = world.run("ben", &["import", &world.file("ada.card")]);
    assert!(card.err.contains("mundi contacts add"), "{}", card.err);
}

#[test]
fn a_conversation_is_held_line_by_line_in_a_home() {
    let world = World::people(&["ada", "ben", "cy"]);
    let rules = example("escrow.conv");
    let terms = "item=\"lamp\", price=12.50, currency=\"EUR\"";
    let arguments = [
        "converse",
        "--rules",
        &rules,
        "--role",
        "buyer=me,seller=ben,notary=cy",
        "--terms",
        terms,
        "--export",
        &world.file("open.mundi"),
    ];
    let held = world.run_with(
        "ada",
        &arguments,
        "order quantity=1 address=\"1 High St\"\npossible\nship\nben: accept\n",
    );
    assert_eq!(held.status, 1, "one line was refused\n{}{}", held.out, held.err);
    assert!(held.out.contains("me: order { quantity: 1, address: \"1 High St\" }"), "{}", held.out);
    assert!(held.out.contains("`ship` is for seller, not for ada"), "{}", held.out);
    assert!(held.out.contains("you speak for yourself here"), "{}", held.out);
    world.ok("ben", &["import", &world.file("open.mundi")]);
    let held = world.run_with("ben", &["converse", "1"], "accept\nquit\n");
    assert_eq!(held.status, 0, "{}{}", held.out, held.err);
    let watched = world.ok("ben", &["watch", "1", "--idle", "1"]);
    assert!(watched.out.contains("me: accept"), "{}", watched.out);
    let possible = world.ok("ben", &["possible", "1", "--json"]).json();
    assert!(possible["possible"].as_array().unwrap().iter().any(|p| p["message"] == "pay"));
}

#[test]
fn an_entry_by_a_revoked_device_is_refused() {
    let world = World::people(&["ada", "ben", "cy"]);
    let opened = world.escrow();
    world.ok("ben", &["import", &opened]);
    // A thief has a copy of her home, passphrase and all.
    let copied = std::process::Command::new("cp")
        .args(["-a"])
        .args([world.path("ada"), world.path("thief")])
        .status()
        .unwrap();
    assert!(copied.success());
    world.ok("thief", &["say", "1", "order", "quantity=9", "address=the thief's"]);
    let stolen = world.export("thief", "stolen.mundi");
    world.ok("ada", &["id", "device", "revoke", "0", "--reason", "lost"]);
    world.ok("ada", &["say", "1", "order", "quantity=1", "address=hers"]);
    world.ok("ben", &["import", &world.export("ada", "hers.mundi")]);
    let refused = world.run("ben", &["import", &stolen]);
    assert_eq!(refused.status, 1, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("refused (revoked)"), "{}", refused.err);
    world.ok("ben", &["say", "1", "accept"]);
}
