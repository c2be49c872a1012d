//! x
use mundi_model::{closed, finals, rule::Rule, setting::Setting};
fn main() {
    let arg: Vec<u8> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    for rule in [Rule::P, Rule::SKIPPING] {
    for n in arg[0]..=arg[1] { for q in 1..=n { for f in 0..=2.min(n-1) {
        let t = std::time::Instant::now();
        let s = Setting { members: n, quorum: q, liars: f, loose: 0, outcomes: arg[2], rounds: arg[3], rule };
        let v = finals::verdict(&s);
        let two = finals::two_finals(&s);
        println!("{:?} {n} {q} {f} {v:?} {two:?} {:?} {}", rule.rounds, t.elapsed(), v.is_ok_and(|v| v.verdict == closed::verdict(n,q,f)));
    }}}}
}
