use std::collections::BTreeSet;

use super::*;
use crate::pgp::PgpKey;

const BIP39: &str = include_str!("../../../spec/vectors/identity/bip39.txt");
const SLIP10: &str = include_str!("../../../spec/vectors/identity/slip10.txt");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The values of three lines after each other: "name: value".
fn vectors(text: &str) -> Vec<[String; 3]> {
    let values = text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(": "));
    let values: Vec<String> = values.map(|(_, value)| value.to_owned()).collect();
    values.chunks(3).map(|three| three.to_vec().try_into().unwrap()).collect()
}

fn phrase() -> Phrase {
    Phrase::from_entropy(&[7; 32])
}

#[test]
fn trezors_vectors_of_24_words_pass() {
    let all = vectors(BIP39);
    assert_eq!(all.len(), 8);
    for [entropy, words, seed] in all {
        let entropy: [u8; 32] = bytes(&entropy).try_into().unwrap();
        let made = Phrase::from_entropy(&entropy);
        assert_eq!(*made.words(), words);
        assert_eq!(*Phrase::parse(&words).unwrap().0, entropy);
        assert_eq!(hex(&made.mnemonic().unwrap().to_seed_normalized("TREZOR")), seed);
    }
}

#[test]
fn the_vectors_of_slip_0010_for_ed25519_pass() {
    let all = vectors(SLIP10);
    assert_eq!(all.len(), 12);
    for [seed, path, key] in all {
        let steps =
            path.split('/').skip(1).map(|step| step.trim_end_matches('\'').parse().unwrap());
        let steps: Vec<u32> = steps.collect();
        let found = slip10_ed25519::derive_ed25519_private_key(&bytes(&seed), &steps);
        assert_eq!(hex(&found), key, "{path}");
    }
}

#[test]
fn a_phrase_gives_the_same_keys_on_every_machine() {
    let key = PgpKey::from_seeds(&phrase().pgp(), "Ada <ada@example.org>").unwrap();
    insta::assert_snapshot!(format!(
        "fingerprint {}\nroot {}\ndevice 0 {}\ndevice 1 {}\nkey {}",
        key.cert().fingerprint(),
        phrase().root().fingerprint(),
        phrase().device(0).public(),
        phrase().device(1).public(),
        hex(&key.cert().binary()),
    ));
}

#[test]
fn every_label_has_a_path_and_a_key_of_its_own() {
    let labels = Label::ALL.into_iter().chain([Label::Device(1), Label::Device(2)]);
    let all: Vec<([u32; 4], [u8; 32])> = labels.map(|l| (l.path(), *phrase().key(l))).collect();
    assert_eq!(all.iter().map(|(path, _)| path).collect::<BTreeSet<_>>().len(), all.len());
    assert_eq!(all.iter().map(|(_, key)| key).collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn words_are_read_however_they_are_set() {
    let words = phrase().words();
    let numbered: Vec<String> =
        words.split(' ').enumerate().map(|(n, word)| format!("{}. {word}", n + 1)).collect();
    for text in [
        words.to_uppercase(),
        words.replace(' ', "\n"),
        format!("  {}\t\n", words.replace(' ', ",  ")),
        numbered.join("\n"),
    ] {
        assert_eq!(*Phrase::parse(&text).unwrap().0, [7; 32], "{text}");
    }
}

#[test]
fn a_word_that_is_not_in_the_list_is_named_with_its_place_and_the_one_that_is_meant() {
    let spoil = |place: usize, with: &str| {
        let words = phrase().words();
        let mut words: Vec<&str> = words.split(' ').collect();
        words[place - 1] = with;
        Phrase::parse(&words.join(" ")).map(|_| ()).unwrap_err()
    };
    for (wrong, near) in [
        ("abandn", Some("abandon")),
        ("abanodn", Some("abandon")),
        ("zooo", Some("zoo")),
        ("qqqqqqqq", None),
        ("antidisestablishmentarianism", None),
    ] {
        let word = wrong.chars().take(16).collect();
        assert_eq!(spoil(5, wrong), PhraseError::Word { place: 5, word, near });
    }
    insta::assert_snapshot!(spoil(24, "vote\u{1b}s"), @"word 24 of the seed phrase, `votes`, is not in the list; did you mean `vote`?");
}

#[test]
fn a_wrong_number_of_words_and_a_swap_are_refused() {
    let words = phrase().words();
    let parse = |text: &str| Phrase::parse(text).map(|_| ()).unwrap_err();
    assert_eq!(parse(""), PhraseError::Count(0));
    assert_eq!(parse(words.rsplit_once(' ').unwrap().0), PhraseError::Count(23));
    assert_eq!(parse(&format!("{} zoo", *words)), PhraseError::Count(25));
    // Twelve words are a phrase of BIP-39, but not of ours.
    assert_eq!(parse(&format!("{}about", "abandon ".repeat(11))), PhraseError::Count(12));
    let long = "zoo ".repeat(100_000);
    assert!(matches!(parse(&long), PhraseError::Count(_)));
    let mut swapped: Vec<&str> = words.split(' ').collect();
    swapped.swap(3, 22);
    assert_eq!(parse(&swapped.join(" ")), PhraseError::Checksum);
}

#[test]
fn a_phrase_does_not_print() {
    assert_eq!(format!("{:?}", phrase()), "Phrase");
}

#[test]
fn distances_count_letters() {
    for (a, b, far) in [
        ("", "", 0),
        ("zoo", "zoo", 0),
        ("zoo", "zo", 1),
        ("zoo", "ozo", 1),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
    ] {
        assert_eq!((distance(a, b), distance(b, a)), (far, far), "{a} {b}");
    }
}

proptest::proptest! {
    #[test]
    fn every_phrase_reads_back(entropy: [u8; 32]) {
        let phrase = Phrase::from_entropy(&entropy);
        proptest::prop_assert_eq!(*Phrase::parse(&phrase.words()).unwrap().0, entropy);
    }

    #[test]
    fn any_text_is_an_error_or_a_phrase(text in "\\PC{0,300}") {
        let _ = Phrase::parse(&text).map(|_| ());
    }
}
