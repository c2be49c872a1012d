//! `mundi contacts`, run by the real program on real homes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod people;

use mundi_identity::pgp::{PgpKey, PgpSeeds};
use people::{GnuPg, Person, ann_and_ben};
use zeroize::Zeroizing;

/// The key of somebody of this number, under a name that they publish.
fn key(n: u8, name: &str) -> PgpKey {
    let seed = |m: u8| Zeroizing::new([n.wrapping_mul(13).wrapping_add(m); 32]);
    let seeds = PgpSeeds { certify: seed(1), sign: seed(2), encrypt: seed(3) };
    PgpKey::from_seeds(&seeds, &format!("{name} <{}@example.org>", name.to_lowercase())).unwrap()
}

fn card(n: u8, name: &str) -> String {
    key(n, name).cert().armored()
}

fn print(n: u8) -> String {
    key(n, "any").cert().fingerprint().to_string()
}

#[test]
fn somebody_is_added_by_a_card_from_a_file_or_pasted_and_shown_as_not_verified() {
    let (ann, ben) = (Person::new("Ann"), Person::new("Ben"));
    let told = ann.run(&["contacts"], "").yes();
    assert!(told.contains("no contacts yet"), "{told}");
    let file = ann.file("ben.card", ben.card().as_bytes());
    let told = ann.run(&["contacts", "add", "ben", &file], "").yes();
    assert!(told.contains("not verified"), "{told}");
    ann.run(&["contacts", "add", "cy", "-"], &card(3, "Cy")).yes();
    let listed = ann.run(&["contacts", "list"], "").yes();
    let line = |name: &str| listed.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
    let line = |name: &str, print: &str, devices: &str| {
        let line = line(name);
        let all = [print, "not verified", devices].iter().all(|part| line.contains(part));
        assert!(all, "{listed}");
    };
    line("ben?  Ben", &ben.fingerprint, "1 device");
    line("cy?   Cy", &print(3), "no device");
    let shown = ann.contact("ben");
    assert_eq!((&shown["petname"], &shown["published"]), (&"ben".into(), &"Ben".into()));
    assert_eq!((&shown["verified"], &shown["name"]), (&false.into(), &"ben?".into()));
    assert_eq!(shown["devices"].as_array().unwrap().len(), 1);
    // By any name that they have.
    for name in ["Ben", &ben.fingerprint[..8]] {
        assert_eq!(ann.contact(name), shown);
    }
    let page = ann.run(&["contacts", "show", "ben"], "").yes();
    assert!(page.contains("██") && page.contains("mundi contacts code ben"), "{page}");
}

#[test]
fn a_key_made_by_gnupg_is_a_card_and_a_contact_goes_back_into_gnupg() {
    let (ann, gil) = (Person::new("Ann"), GnuPg::new("Gil"));
    ann.add("gil", &gil.key());
    assert_eq!(ann.contact("gil")["fingerprint"], gil.fingerprint.as_str());
    let ben = Person::new("Ben");
    ann.add("ben", &ben.card());
    let exported = ann.run(&["contacts", "export", "ben"], "").yes();
    gil.import(&exported);
    let known = gil.gpg(&["-k", "--with-colons"], "").yes().to_lowercase();
    assert!(known.contains(&ben.fingerprint), "{known}");
    let out = ann.file("out.card", b"");
    ann.run(&["contacts", "export", "ben", "--out", &out], "").yes();
    assert_eq!(std::fs::read_to_string(out).unwrap(), exported);
    let cy = Person::new("Cy");
    cy.add("benny", &exported);
    assert_eq!(cy.contact("benny")["devices"], ann.contact("ben")["devices"]);
}

#[test]
fn junk_is_refused_and_nothing_is_added() {
    let ann = Person::new("Ann");
    let good = Person::new("Ben").card();
    let secret = key(2, "Ben").export(b"a passphrase").unwrap();
    let own = ann.card();
    let two = format!("{}{}", card(2, "Ben"), card(3, "Cy"));
    for (junk, words) in [
        ("hello", "no OpenPGP key"),
        ("", "no OpenPGP key"),
        (&good[..good.len() / 3], "no OpenPGP key"),
        (
            &good.replace(
                "-----BEGIN MUNDI DEVICES-----\n\n",
                "-----BEGIN MUNDI DEVICES-----\n\nAA",
            ),
            "devices",
        ),
        (secret.as_str(), "SECRET key"),
        (&two, "no OpenPGP key"),
        (&own, "your own key"),
    ] {
        let ran = ann.run(&["contacts", "add", "ben"], junk);
        assert_eq!(ran.status, 1, "{junk}: {ran:?}");
        assert!(ran.err.contains(words) || ran.err.contains("exactly one key"), "{words}: {ran:?}");
    }
    ann.run(&["contacts", "add", "ben", "nowhere.card"], "").no(3, "cannot be read");
    for (name, words) in
        [("Ben", "write `ben`"), ("me", "yourself"), ("a b", "write `a_b`"), ("1", "")]
    {
        ann.run(&["contacts", "add", name], &good).no(1, &format!("`{name}` cannot be a name"));
        ann.run(&["contacts", "add", name], &good).no(1, words);
    }
    assert!(ann.contacts().is_empty());
}

#[test]
fn a_second_card_brings_the_published_name_and_keeps_the_petname_and_what_was_verified() {
    let ann = Person::new("Ann");
    ann.add("ben", &card(2, "Ben"));
    ann.run(&["contacts", "verify", "ben", &print(2)], "").yes();
    let told = ann.run(&["contacts", "add", "ben"], &card(2, "Benjamin")).yes();
    assert!(told.contains("brought up to date"), "{told}");
    let ben = ann.contact("ben");
    assert_eq!((&ben["published"], &ben["petname"]), (&"Benjamin".into(), &"ben".into()));
    assert_eq!(ben["verified"], true);
    let listed = ann.run(&["contacts"], "").yes();
    assert!(listed.starts_with("ben  Benjamin  "), "{listed}");
    assert_eq!(ann.contacts().len(), 1);
    // And Ben's bare key takes no device away.
    let cy = Person::new("Cy");
    ann.add("cy", &cy.card());
    let bare = cy.card();
    ann.add("cy", bare.split("-----BEGIN MUNDI").next().unwrap());
    assert_eq!(ann.contact("cy")["devices"].as_array().unwrap().len(), 1);
}

#[test]
fn a_name_means_one_key_and_a_key_has_one_name() {
    let ann = Person::new("Ann");
    ann.add("ben", &card(2, "Ben"));
    let ran = ann.run(&["contacts", "add", "ben"], &card(3, "Ben"));
    assert!(ran.err.contains(&print(2)) && ran.err.contains(&print(3)), "{ran:?}");
    ran.no(1, "`ben` is another key here");
    ann.run(&["contacts", "add", "benny"], &card(2, "Ben")).no(1, "already, as `ben`");
    ann.add("cy", &card(3, "Ben"));
    ann.run(&["contacts", "rename", "cy", "ben"], "").no(1, "`ben` is another key here");
    ann.run(&["contacts", "rename", "ben", "benny"], "").yes();
    assert_eq!(ann.contact("benny")["fingerprint"], print(2).as_str());
    // Both publish the same name.
    ann.run(&["contacts", "show", "Ben"], "").no(2, "more than one");
    ann.run(&["contacts", "remove", "benny"], "").yes();
    ann.run(&["contacts", "remove", "benny"], "").no(2, "nobody here is called `benny`");
    let left: Vec<_> = ann.contacts().iter().map(|c| c["petname"].clone()).collect();
    assert_eq!(left, ["cy"]);
}

#[test]
fn both_see_the_same_code_and_a_wrong_one_is_refused_at_its_first_group() {
    let (ann, ben) = ann_and_ben();
    let code = |who: &Person, whom: &str| {
        who.run(&["contacts", "code", whom, "--json"], "").json()["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let seen = code(&ann, "ben");
    assert_eq!(seen, code(&ben, "ann"));
    let groups: Vec<&str> = seen.split(' ').collect();
    assert!(groups.len() == 12 && groups.iter().all(|g| g.len() == 5), "{seen}");
    let pages =
        [ann.run(&["contacts", "code", "ben"], ""), ben.run(&["contacts", "code", "ann"], "")];
    let [first, second] = pages.map(|ran| ran.yes());
    let part = |page: &str| page.lines().take(11).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(part(&first), part(&second), "the code and the picture");
    let mut wrong: Vec<String> = groups.iter().map(|g| (*g).to_owned()).collect();
    wrong[8] = if wrong[8] == "12345" { "12346".into() } else { "12345".into() };
    let told = format!("group 9 differs: it is {} here, and {} in", groups[8], wrong[8]);
    ann.run(&["contacts", "verify", "ben", &wrong.join(" ")], "").no(1, &told);
    ann.run(&["contacts", "verify", "ben", "12345"], "").no(1, "neither a code nor a fingerprint");
    ann.run(&["contacts", "verify", "ben", &ann.fingerprint], "").no(1, "your own fingerprint");
    ann.run(&["contacts", "verify", "ben"], "").no(2, "nobody can be asked here");
    assert_eq!(ann.contact("ben")["verified"], false);
    let told = ann.run(&[&["contacts", "verify", "ben"], &groups[..]].concat(), "").yes();
    assert_eq!(told, "ben is verified\n");
    let listed = ann.run(&["contacts"], "").yes();
    assert!(listed.starts_with("ben  Ben") && listed.contains("verified by the code"), "{listed}");
    assert_eq!(ann.contact("ben")["how"], "code");
}

#[test]
fn a_scan_and_a_whole_fingerprint_verify_and_say_so() {
    let (ann, ben) = ann_and_ben();
    let scan = format!("OPENPGP4FPR:{}", ben.fingerprint.to_uppercase());
    let shown = ann.run(&["contacts", "verify", "ben", &scan, "--json"], "").json();
    assert_eq!((&shown["verified"], &shown["how"]), (&true.into(), &"scan".into()));
    let spaced: Vec<String> =
        ann.fingerprint.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into()).collect();
    ben.run(&["contacts", "verify", "ann", &spaced.join(" ")], "").yes();
    assert_eq!(ben.contact("ann")["how"], "fingerprint");
    ann.run(&["contacts", "verify", "ben", "--undo"], "").yes();
    assert_eq!(ann.contact("ben")["verified"], false);
    let other = format!("openpgp4fpr:{}", print(9));
    ann.run(&["contacts", "verify", "ben", &other], "").no(1, "group 1 differs");
}

#[test]
fn at_a_terminal_one_is_asked_whether_both_see_the_same_code() {
    let (ann, _ben) = ann_and_ben();
    for (answer, status, sure) in [("", 1, false), ("no", 1, false), ("yes", 0, true)] {
        let shown = ann.at_terminal(&["contacts", "verify", "ben"], answer);
        assert!(shown.contains("Does ben see the same code? yes or no: "), "{shown}");
        assert!(shown.ends_with(&format!("status: {status}\n")), "{shown}");
        assert_eq!(ann.contact("ben")["verified"], sure);
    }
    assert_eq!(ann.contact("ben")["how"], "word");
}

#[test]
fn a_key_that_its_owner_revoked_is_not_used_and_an_older_copy_of_it_changes_nothing() {
    let (ann, gil) = (Person::new("Ann"), GnuPg::new("Gil"));
    let before = gil.key();
    ann.add("gil", &before);
    gil.revoke();
    let revoked = gil.key();
    for card in [&revoked, &before] {
        ann.add("gil", card);
        assert_eq!(ann.contact("gil")["usable"], false);
    }
    let listed = ann.run(&["contacts"], "").yes();
    assert!(listed.contains("key cannot be used"), "{listed}");
    ann.run(&["mail", "write", "gil", "hello"], "").no(1, "revoked");
    Person::new("Ben").run(&["contacts", "add", "gil"], &revoked).no(1, "revoked");
}
