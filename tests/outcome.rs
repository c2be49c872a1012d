//! From a provisional outcome to a certificate that a stranger verifies: the whole program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

mod world;

use serde_json::json;
use world::{PROGRAM, World, example};

/// Runs the program without a home.
fn plain(arguments: &[&str]) -> (i32, String, String) {
    let out = std::process::Command::new(PROGRAM)
        .args(arguments)
        .env_remove("MUNDI_HOME")
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

/// An order up to the confirmation, which only ada has.
fn confirmed(world: &World) {
    let opened = world.escrow();
    world.ok("ben", &["import", &opened]);
    world.ok("cy", &["import", &opened]);
    world.ok("ada", &["say", "1", "order", "address=1 High Street"]);
    world.ok("ben", &["import", &world.export("ada", "a.mundi")]);
    world.ok("ben", &["say", "1", "accept"]);
    world.ok("ada", &["import", &world.export("ben", "b.mundi")]);
    world.ok("ada", &["say", "1", "pay", "reference=bank 17"]);
    world.ok("ben", &["import", &world.export("ada", "c.mundi")]);
    world.ok("ben", &["say", "1", "ship"]);
    world.ok("ada", &["import", &world.export("ben", "d.mundi")]);
    let said = world.ok("ada", &["say", "1", "confirm"]);
    assert!(said.err.contains("your agent has sealed the outcome"), "{}", said.err);
    assert!(said.out.contains("open: 1 of 2 seals in round 0, by me; waiting for"), "{}", said.out);
}

#[test]
fn agents_make_an_outcome_final_and_a_stranger_verifies_it() {
    let world = World::people(&["ada", "ben", "cy"]);
    confirmed(&world);
    let open = world.run("ada", &["outcome", "1", "--certificate", &world.file("early.cert")]);
    assert_eq!(open.status, 2, "{}", open.err);
    assert!(open.err.contains("not final"), "{}", open.err);
    let come = world.ok("ben", &["import", &world.export("ada", "e.mundi")]);
    assert!(come.out.contains("final: sealed by"), "{}", come.out);
    let cert = world.file("order.cert");
    world.ok("ben", &["outcome", "1", "--certificate", &cert]);
    // The other learns of it, and has the same.
    world.ok("ada", &["import", &world.export("ben", "f.mundi")]);
    let shown = world.ok("ada", &["show", "1", "--json"]).json();
    assert_eq!(shown["finality"]["state"], json!("final"));
    assert_eq!(
        shown["finality"]["final"]["output"],
        json!({"to_seller": "12.50", "to_buyer": "0.00"})
    );
    assert_eq!(world.seen("ada"), world.seen("ben"));
    let listed = world.ok("ada", &["list", "--json"]).json();
    assert_eq!(listed["conversations"][0]["standing"], json!("consensus (final)"));
    let (status, out, err) = plain(&["verify", &cert]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("Escrow order") && out.contains("12.50"), "{out}");
    let log = world.file("evidence.log");
    world.ok("ada", &["export", "1", &log, "--evidence"]);
    let (status, _, err) = plain(&["verify", &cert, "--log", &log]);
    assert_eq!(status, 0, "{err}");
}

#[test]
fn who_is_left_out_is_asked_before_their_agent_seals() {
    let world = World::people(&["ada", "ben", "cy"]);
    confirmed(&world);
    // Ben disputes before he hears of the confirmation.
    world.ok("ben", &["say", "1", "dispute", "reason=not paid in full"]);
    let come = world.ok("ben", &["import", &world.export("ada", "e.mundi")]);
    let asked = come.err.contains("leaves out what you said");
    // Whose word came first by the clocks decides whether it was left out; both are right answers.
    if asked {
        assert!(come.out.contains("open: 1 of 2"), "{}", come.out);
        let sealed = world.ok("ben", &["outcome", "1", "--seal"]);
        assert!(sealed.out.contains("final: sealed by"), "{}", sealed.out);
    } else {
        assert!(come.out.contains("final") || come.out.contains("possible"), "{}", come.out);
    }
}

#[test]
fn a_rehearsal_gives_a_certificate_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (cert, log) = (path("order.cert"), path("order.log"));
    let play = example("escrow.play");
    let (status, _, err) =
        plain(&["converse", "--play", &play, "--certificate", &cert, "--export", &log]);
    assert_eq!(status, 0, "{err}");
    let (status, out, err) = plain(&["verify", &cert, "--log", &log, "--json"]);
    assert_eq!(status, 0, "{err}");
    let proven: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(proven["valid"], json!(true));
    let play = folder.path().join("none.play");
    let rules = example("escrow.conv");
    std::fs::write(
        &play,
        format!(
            "play \"cancelled\"\nrules \"{rules}\"\ncast {{ buyer: ada, seller: ben, notary: cy }}\nterms {{ \
             item: \"lamp\", price: 12.50, currency: \"EUR\" }}\nada: order {{ address: \"x\" }}\nada: cancel\n"
        ),
    )
    .unwrap();
    let (status, _, err) =
        plain(&["converse", "--play", play.to_str().unwrap(), "--certificate", &cert]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("no certificate"), "{err}");
}
