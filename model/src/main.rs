//! x
use mundi_model::{explore::Explorer, messages, plain::*, counts::Counts, roles, closed, rule::Rule, setting::Setting};
use std::collections::BTreeSet;
fn main() {
    for n in 1..7 { for m in n+1..=7 { let s = roles::split(n,m); assert_eq!(s.is_some(), closed::disjoint(roles::majority(n),roles::majority(m),m)); if s.is_some() {println!("{n} {m} {s:?}");}}}
    let arg: Vec<u8> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    for rule in [Rule::P, Rule::SKIPPING] {
    for n in arg[0]..=arg[1] { for q in n/2+1..=n { for f in 0..=2.min(n-1) {
        let s = Setting { members: n, quorum: q, liars: f, loose: 0, outcomes: arg[2], rounds: arg[3], rule };
        let mut counts = BTreeSet::new();
        Explorer::new(s, None).run(|c,_| {counts.insert(c.pack(&s));}).unwrap();
        let t = std::time::Instant::now();
        let r = messages::reach(&s);
        let t1 = t.elapsed();
        let model = Model{setting:s, memory: Memory::Seals};
        let mut seen = BTreeSet::from([Plain::default()]);
        let mut ahead = vec![Plain::default()];
        let mut p = BTreeSet::new();
        while let Some(x) = ahead.pop() {
            let mut c = Counts::START;
            for m in x.seals { let mut from=None; for (r,s) in (0..).zip(m) { if let Some(s)=s { c=c.seal(from,(r,s)); from=Some((r,s)); } } }
            p.insert(c.pack(&s));
            for (_, y) in model.next(&x) { if seen.insert(y) { ahead.push(y); } }
        }
        println!("{:?} {n} {q} {f} counts {} messages {} {} {t1:?} plain {} {} {:?}",rule.rounds, counts.len(), r.states, r.counts == counts, seen.len(), p==counts, t.elapsed()-t1);
    }}}}
}
