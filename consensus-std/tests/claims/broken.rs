//! Whether a poll breaks a property: for each property what must hold, tried for every change of the
//! poll that the property speaks of.

use consensus_std::property::Property;

use super::poll::{Kind, MOST, Method, Poll};

/// What breaks the property in this poll; nothing where it holds.
pub(crate) fn broken(property: Property, method: &Method, poll: &Poll) -> Option<String> {
    match property {
        Property::Anonymity => anonymity(method, poll),
        Property::Neutrality => neutrality(method, poll),
        Property::Homogeneity => homogeneity(method, poll),
        Property::Monotonicity => monotonicity(method, poll),
        Property::Participation => participation(method, poll),
        Property::Consistency => consistency(method, poll),
        Property::ReversalSymmetry => reversal(method, poll),
        Property::Clones => clones(method, poll),
        Property::LaterNoHarm => later(method, poll, |won| won, "harms"),
        Property::LaterNoHelp => later(method, poll, |won| !won, "helps"),
        property => {
            let winners = method.winners(poll);
            let bad = |w: &&usize| !allowed(property, poll, **w);
            let alone = sole(property, poll);
            match (winners.iter().find(bad), alone) {
                (Some(w), _) => Some(format!("{w} wins")),
                (None, Some(one)) if winners != [one] => Some(format!("{one} does not win alone")),
                _ => None,
            }
        }
    }
}

/// The option that must win alone.
fn sole(property: Property, poll: &Poll) -> Option<usize> {
    let others = |a: usize| (0..poll.options).filter(move |b| *b != a);
    match property {
        Property::Majority => (0..poll.options).find(|a| {
            let best = |ballot: &&Vec<i64>| others(*a).all(|b| ballot[*a] > ballot[b]);
            2 * poll.ballots.iter().filter(best).count() > poll.ballots.len()
        }),
        Property::CondorcetWinner => {
            (0..poll.options).find(|a| others(*a).all(|b| poll.prefer(*a, b) > poll.prefer(b, *a)))
        }
        _ => None,
    }
}

/// Whether a property lets an option win.
fn allowed(property: Property, poll: &Poll, w: usize) -> bool {
    let mut others = (0..poll.options).filter(|b| *b != w);
    match property {
        Property::Pareto => others.all(|a| poll.prefer(a, w) < poll.ballots.len()),
        Property::MajorityLoser => {
            let worst = |b: &&Vec<i64>| (0..poll.options).all(|a| a == w || b[a] > b[w]);
            2 * poll.ballots.iter().filter(worst).count() <= poll.ballots.len()
        }
        Property::CondorcetLoser => others.any(|a| poll.prefer(a, w) <= poll.prefer(w, a)),
        Property::MutualMajority => sets(poll.options).all(|set| {
            set.contains(&w) || {
                let above = |b: &&Vec<i64>| {
                    set.iter().all(|s| (0..b.len()).all(|o| set.contains(&o) || b[*s] > b[o]))
                };
                2 * poll.ballots.iter().filter(above).count() <= poll.ballots.len()
            }
        }),
        Property::Smith => sets(poll.options).all(|set| {
            let beats = |s: &usize, o: usize| poll.prefer(*s, o) > poll.prefer(o, *s);
            let dominates = (0..poll.options)
                .filter(|o| !set.contains(o))
                .all(|o| set.iter().all(|s| beats(s, o)));
            set.contains(&w) || !dominates
        }),
        _ => true,
    }
}

/// All sets of options that are neither empty nor all.
fn sets(options: usize) -> impl Iterator<Item = Vec<usize>> {
    (1_u32..(1 << options) - 1)
        .map(move |bits| (0..options).filter(|o| bits >> o & 1 == 1).collect())
}

/// The ballots in other orders.
pub(crate) fn reordered(poll: &Poll) -> [Poll; 2] {
    let mut turned = poll.ballots.clone();
    turned.reverse();
    let mut rotated = poll.ballots.clone();
    rotated.rotate_left(1);
    [poll.with(turned), poll.with(rotated)]
}

/// Options with other names, and for each option its new one.
pub(crate) fn renamed(poll: &Poll) -> [(Poll, Vec<usize>); 2] {
    let n = poll.options;
    let names: [Vec<usize>; 2] = [(0..n).rev().collect(), (0..n).map(|o| (o + 1) % n).collect()];
    names.map(|names| {
        let moved = |ballot: &Vec<i64>| {
            let mut moved = vec![0; n];
            (0..n).for_each(|o| moved[names[o]] = ballot[o]);
            moved
        };
        (poll.with(poll.ballots.iter().map(moved).collect()), names)
    })
}

/// Every ballot cast twice, and thrice.
pub(crate) fn multiplied(poll: &Poll) -> [Poll; 2] {
    [2, 3].map(|times| poll.with(vec![poll.ballots.clone(); times].concat()))
}

fn anonymity(method: &Method, poll: &Poll) -> Option<String> {
    let before = method.winners(poll);
    let differs = reordered(poll).iter().any(|poll| method.winners(poll) != before);
    differs.then(|| "another order elects others".to_owned())
}

fn neutrality(method: &Method, poll: &Poll) -> Option<String> {
    let before = method.winners(poll);
    renamed(poll).into_iter().find_map(|(poll, names)| {
        let after = method.winners(&poll);
        let mut expected: Vec<usize> = before.iter().map(|o| names[*o]).collect();
        expected.sort_unstable();
        (after != expected).then(|| format!("renamed: {after:?} and not {expected:?}"))
    })
}

fn homogeneity(method: &Method, poll: &Poll) -> Option<String> {
    let before = method.winners(poll);
    multiplied(poll).into_iter().find_map(|poll| {
        let after = method.winners(&poll);
        (after != before).then(|| format!("{before:?}, multiplied {after:?}"))
    })
}

/// A ballot with an option raised, in each way.
pub(crate) fn raised(poll: &Poll, ballot: &[i64], w: usize) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    match poll.kind {
        Kind::Vote => {
            let mut only = vec![0; poll.options];
            only[w] = 1;
            all.push(only);
        }
        Kind::Set | Kind::Signs | Kind::Scores => {
            let most = if poll.kind == Kind::Scores { MOST } else { 1 };
            for grade in [ballot[w] + 1, most] {
                let mut more = ballot.to_vec();
                more[w] = grade.min(most);
                all.push(more);
            }
        }
        Kind::Ranking => {
            let mut order: Vec<usize> = (0..poll.options).filter(|o| ballot[*o] != 0).collect();
            order.sort_by_key(|o| -ballot[*o]);
            let place = order.iter().position(|o| *o == w).unwrap_or(order.len());
            order.retain(|o| *o != w);
            for to in 0..place.min(order.len() + 1) {
                let mut higher = order.clone();
                higher.insert(to, w);
                let mut grades = vec![0; poll.options];
                for (at, option) in higher.into_iter().enumerate() {
                    grades[option] = i64::try_from(poll.options - at).unwrap();
                }
                all.push(grades);
            }
        }
    }
    all
}

fn monotonicity(method: &Method, poll: &Poll) -> Option<String> {
    for w in method.winners(poll) {
        for at in 0..poll.ballots.len() {
            for higher in raised(poll, &poll.ballots[at], w) {
                let mut ballots = poll.ballots.clone();
                ballots[at] = higher;
                let after = poll.with(ballots);
                if !method.winners(&after).contains(&w) {
                    return Some(format!("{w} raised on ballot {at} loses: {}", after.text()));
                }
            }
        }
    }
    None
}

/// All full ballots of a kind; of scores those of 0, 1 and the most.
fn full_ballots(kind: Kind, options: usize) -> Vec<Vec<i64>> {
    let grades: &[i64] = match kind {
        Kind::Vote | Kind::Set => &[0, 1],
        Kind::Signs => &[-1, 0, 1],
        Kind::Scores => &[0, 1, MOST],
        Kind::Ranking => &[1, 2, 3, 4, 5],
    };
    let grades = if kind == Kind::Ranking { &grades[..options] } else { grades };
    let mut all = vec![vec![]];
    for _ in 0..options {
        let longer = |b: &Vec<i64>| -> Vec<Vec<i64>> {
            grades.iter().map(|g| [b.as_slice(), &[*g]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    let distinct = |b: &Vec<i64>| (0..options).all(|i| !b[..i].contains(&b[i]));
    match kind {
        Kind::Vote => all.retain(|b| b.iter().sum::<i64>() == 1),
        Kind::Ranking => all.retain(distinct),
        _ => {}
    }
    all
}

fn participation(method: &Method, poll: &Poll) -> Option<String> {
    let [w] = method.winners(poll)[..] else { return None };
    // One ballot may only make a tie; a second then breaks it.
    let more = full_ballots(poll.kind, poll.options).into_iter();
    more.flat_map(|ballot| [vec![ballot.clone()], vec![ballot; 2]]).find_map(|more| {
        let [x] = method.winners(&poll.with([poll.ballots.clone(), more.clone()].concat()))[..]
        else {
            return None;
        };
        (more[0][w] > more[0][x]).then(|| format!("{more:?} make {x} of {w}"))
    })
}

fn consistency(method: &Method, poll: &Poll) -> Option<String> {
    let whole = method.winners(poll);
    (1..poll.ballots.len()).find_map(|at| {
        let (left, right) = poll.ballots.split_at(at);
        let left = method.winners(&poll.with(left.to_vec()));
        let right = method.winners(&poll.with(right.to_vec()));
        let both: Vec<usize> = left.into_iter().filter(|w| right.contains(w)).collect();
        (!both.is_empty() && both != whole).then(|| format!("{both:?} in both of {at}, {whole:?}"))
    })
}

fn reversal(method: &Method, poll: &Poll) -> Option<String> {
    let turned = |ballot: &Vec<i64>| -> Option<Vec<i64>> {
        let n = i64::try_from(poll.options).unwrap();
        let turn = |g: &i64| match poll.kind {
            Kind::Vote => None,
            Kind::Ranking => (*g > 0).then_some(n + 1 - g),
            Kind::Set => Some(1 - g),
            Kind::Signs => Some(-g),
            Kind::Scores => Some(MOST - g),
        };
        ballot.iter().map(turn).collect()
    };
    let turned: Vec<Vec<i64>> = poll.ballots.iter().map(turned).collect::<Option<_>>()?;
    let [w] = method.winners(poll)[..] else { return None };
    (poll.options > 1 && method.winners(&poll.with(turned)) == [w])
        .then(|| format!("{w} wins both ways"))
}

/// The poll with copies of an option, put last and on every ballot beside it. `turn` says whether the
/// order of the option and its copies changes from ballot to ballot, so that they may beat each other
/// in a circle.
fn cloned(poll: &Poll, option: usize, copies: usize, turn: bool) -> Poll {
    let wider = |(at, ballot): (usize, &Vec<i64>)| {
        let grade = ballot[option];
        let shift = if turn { at } else { 0 };
        let mut wider = ballot.clone();
        match poll.kind {
            Kind::Vote if grade > 0 => {
                let chosen = shift % (copies + 1);
                wider.resize(poll.options + copies, 0);
                if chosen > 0 {
                    (wider[option], wider[poll.options + chosen - 1]) = (0, 1);
                }
            }
            Kind::Ranking if grade > 0 => {
                let (place, room) = (place_among(shift, copies), i64::try_from(copies).unwrap());
                wider.iter_mut().filter(|g| **g > grade).for_each(|g| *g += room);
                wider[option] = grade + place(0);
                wider.extend((1..=copies).map(|copy| grade + place(copy)));
            }
            Kind::Vote | Kind::Ranking => wider.resize(poll.options + copies, 0),
            _ => wider.resize(poll.options + copies, grade),
        }
        wider
    };
    let ballots = poll.ballots.iter().enumerate().map(wider).collect();
    Poll { kind: poll.kind, options: poll.options + copies, ballots }
}

/// The grade of each of some copies among themselves, turned round by `shift`.
fn place_among(shift: usize, copies: usize) -> impl Fn(usize) -> i64 {
    move |copy| i64::try_from((copies - copy + shift) % (copies + 1)).unwrap()
}

fn clones(method: &Method, poll: &Poll) -> Option<String> {
    let before = method.winners(poll);
    for option in 0..poll.options {
        for (copies, turn) in [(1, false), (1, true), (2, true)] {
            let wider = cloned(poll, option, copies, turn);
            let mut after = method.winners(&wider);
            for w in &mut after {
                *w = if *w >= poll.options { option } else { *w };
            }
            after.sort_unstable();
            after.dedup();
            if after != before {
                return Some(format!("{option} copied: {}", wider.text()));
            }
        }
    }
    None
}

/// Options that a ballot names more, below those that it names.
fn later(method: &Method, poll: &Poll, watched: fn(bool) -> bool, verb: &str) -> Option<String> {
    later_by(&|poll| method.winners(poll), poll, watched, verb)
}

/// The same, whatever says who wins.
pub(crate) fn later_by(
    winners: &dyn Fn(&Poll) -> Vec<usize>,
    poll: &Poll,
    watched: fn(bool) -> bool,
    verb: &str,
) -> Option<String> {
    if poll.kind != Kind::Ranking {
        return None;
    }
    let before = winners(poll);
    for (at, ballot) in poll.ballots.iter().enumerate() {
        let named: Vec<usize> = (0..poll.options).filter(|o| ballot[*o] > 0).collect();
        let lowest = named.iter().map(|o| ballot[*o]).min().unwrap_or(2);
        for more in (0..poll.options).filter(|o| ballot[*o] == 0) {
            let mut ballots = poll.ballots.clone();
            ballots[at][more] = lowest - 1;
            let after = winners(&poll.with(ballots));
            let changed =
                |o: &&usize| watched(before.contains(o)) && before.contains(o) != after.contains(o);
            if let Some(option) = named.iter().find(changed) {
                return Some(format!("ballot {at}: naming {more} {verb} {option}"));
            }
        }
    }
    None
}
