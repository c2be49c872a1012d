use super::*;

fn row(name: u8, hash: u8) -> Row {
    let mailbox = Mailbox::tag([name; 16]);
    Row { mailbox, hash: [hash; 32], size: 10, origin: [0; 32], expires: u64::from(hash) * 100 }
}

fn index(rows: &[(u64, Row)]) -> Index {
    let mut index = Index::default();
    for (number, row) in rows {
        assert_eq!(index.reserve(row), Room::Free);
        index.place(*number, *row, None);
    }
    index
}

#[test]
fn what_is_beyond_a_gap_is_known_but_not_shown() {
    let mut index = index(&[(1, row(1, 1)), (3, row(1, 3))]);
    let want = [Want::new(Mailbox::tag([1; 16]), 0)];
    assert_eq!((index.frontier(), index.gap()), (1, Some(1)));
    assert_eq!(index.find(&want), Found { letters: vec![(1, 0)], last: 1, more: false });
    assert!(index.has(&[3; 32]) && !index.has(&[2; 32]));
    assert_eq!(index.reserve(&row(1, 3)), Room::Known);
    assert_eq!(index.reserve(&row(1, 2)), Room::Free);
    index.place(2, row(1, 2), None);
    assert_eq!(index.find(&want).letters, [(1, 0), (2, 0), (3, 0)]);
    assert_eq!((index.frontier(), index.gap()), (3, None));
}

#[test]
fn a_gap_is_closed_by_reading_the_store() {
    let mut index = index(&[(1, row(1, 1)), (4, row(1, 4))]);
    index.read(2, row(1, 2));
    assert_eq!(index.frontier(), 2);
    index.pass(5);
    assert_eq!((index.frontier(), index.size()), (5, (3, 30)));
    // A late acknowledgement of what was read takes up no second place.
    assert_eq!(index.reserve(&row(2, 9)), Room::Free);
    index.place(5, row(2, 9), None);
    assert_eq!(index.used.get(&Mailbox::tag([2; 16])), None);
}

#[test]
fn what_has_expired_is_gone_and_its_place_free() {
    let mut index = index(&[(1, row(1, 1)), (2, row(1, 2)), (3, row(2, 3))]);
    index.sweep(199);
    assert_eq!(index.size(), (2, 20));
    index.sweep(1_000);
    assert_eq!(index.size(), (0, 0));
    assert!(index.used.is_empty() && index.mailboxes.is_empty() && index.places.is_empty());
    assert_eq!(index.frontier(), 3);
}

#[test]
fn a_full_mailbox_takes_no_more() {
    let mut index = Index::default();
    let inbox = |n: u64| {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&n.to_be_bytes());
        Row { mailbox: Mailbox::inbox([1; 16]), hash, ..row(1, 1) }
    };
    for n in 0..limits::INBOX_PARCELS as u64 {
        assert_eq!(index.reserve(&inbox(n)), Room::Free);
    }
    assert_eq!(index.reserve(&inbox(u64::MAX)), Room::Full);
    index.give_up(&inbox(0));
    assert_eq!(index.reserve(&inbox(u64::MAX)), Room::Free);
}

#[test]
fn a_get_finds_the_smallest_numbers_of_all_mailboxes() {
    let mut index = Index::default();
    for n in 1..=5_000_u64 {
        let mut row = row(u8::from(n % 2 == 0), 0);
        row.hash[..8].copy_from_slice(&n.to_be_bytes());
        assert_eq!(index.reserve(&row), Room::Free);
        index.place(n, row, None);
    }
    let wants = [Want::new(Mailbox::tag([0; 16]), 0), Want::new(Mailbox::tag([1; 16]), 10)];
    let found = index.find(&wants);
    assert_eq!(found.letters.len(), limits::GET_LETTERS);
    assert!(found.more && found.letters.is_sorted());
    assert_eq!(found.last, found.letters.last().unwrap().0);
    assert_eq!(found.letters.iter().filter(|(n, _)| *n <= 10).count(), 5);
}

#[test]
fn a_peer_is_not_told_what_came_from_it() {
    let own = Row { origin: [7; 32], ..row(1, 2) };
    let index = index(&[(1, row(1, 1)), (2, own), (3, row(1, 3))]);
    let numbers = |list: (Vec<(u64, Row)>, u64)| {
        (list.0.into_iter().map(|(n, _)| n).collect::<Vec<_>>(), list.1)
    };
    assert_eq!(numbers(index.list(0, &[7; 32], 10)), (vec![1, 3], 3));
    assert_eq!(numbers(index.list(0, &[8; 32], 2)), (vec![1, 2], 2));
    assert_eq!(numbers(index.list(2, &[7; 32], 10)), (vec![3], 3));
}
