//! The simulator's command: runs seeds, and says what failed and how to see it again.

use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::Instant;

use mundi_sim::faults::{FAULTS, named, plant};
use mundi_sim::plan::Plan;
use mundi_sim::play::play;
use mundi_sim::report::{Seeds, Until};
use mundi_sim::scenario::SCENARIOS;
use mundi_sim::shrink::shrink;
use mundi_sim::trace::Telling;

const HELP: &str = "\
mundi-sim --seeds 1..10000   runs these seeds, both ends included
mundi-sim --seed N           runs one, and shows what happens
mundi-sim --faults 1..2000   plants each mistake, and looks for the first seed that finds it
mundi-sim --list-faults      the mistakes
  --fault NAME               plants a mistake
  --threads N                on so many threads (2)
Mistakes need the feature `faults`.";

struct Asked {
    what: What,
    fault: Option<String>,
    threads: usize,
}

enum What {
    Seeds(RangeInclusive<u64>),
    Seed(u64),
    Faults(RangeInclusive<u64>),
    List,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = match read(&words) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("{why}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    if let Some(name) = &asked.fault {
        let Some(fault) = named(name) else {
            eprintln!("there is no mistake `{name}` here: --list-faults");
            return ExitCode::from(2);
        };
        plant(Some(fault));
    }
    match &asked.what {
        What::List => {
            FAULTS.iter().for_each(|(name, _)| println!("{name}"));
            ExitCode::SUCCESS
        }
        What::Seed(seed) => one(*seed),
        What::Seeds(range) => many(range, &asked),
        What::Faults(range) => faults(range, asked.threads),
    }
}

fn read(words: &[String]) -> Result<Asked, String> {
    let mut asked = Asked { what: What::Seeds(1..=100), fault: None, threads: 2 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--seeds" => asked.what = What::Seeds(range(value()?)?),
            "--seed" => asked.what = What::Seed(number(value()?)?),
            "--faults" => asked.what = What::Faults(range(value()?)?),
            "--list-faults" => asked.what = What::List,
            "--fault" => asked.fault = Some(value()?.clone()),
            "--threads" => asked.threads = usize::try_from(number(value()?)?).unwrap_or(1),
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    Ok(asked)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let parts = text.split_once("..").ok_or_else(|| format!("`{text}` is no range: 1..100"))?;
    Ok(number(parts.0)?..=number(parts.1)?)
}

/// One run, shown.
fn one(seed: u64) -> ExitCode {
    let plan = Plan::of(seed);
    show(&plan);
    match mundi_sim::run(&plan, Telling::Lines) {
        Ok(outcome) => {
            outcome.trace.lines().iter().for_each(|line| println!("{line}"));
            println!("{}\ntrace {:016x}", outcome.counts.in_words(), outcome.trace.hash());
            if outcome.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(violation) => {
            println!("{}: {}", violation.law, violation.text);
            ExitCode::FAILURE
        }
    }
}

fn show(plan: &Plan) {
    let name = SCENARIOS.get(plan.scenario).map_or("?", |scenario| scenario.name);
    println!("seed {}: {name}, liars {:b}, {:?}", plan.seed, plan.liars, plan.net);
}

fn many(range: &RangeInclusive<u64>, asked: &Asked) -> ExitCode {
    let start = Instant::now();
    let seeds = Seeds {
        range: range.clone(),
        threads: asked.threads,
        until: Until::All,
        telling: Telling::Lines,
    };
    let report = seeds.run();
    println!(
        "{} runs in {} s: {}",
        report.runs,
        start.elapsed().as_secs(),
        report.counts.in_words()
    );
    if report.failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    let with = asked.fault.as_ref().map(|name| format!(" --fault {name}")).unwrap_or_default();
    for (seed, violation) in &report.failed {
        println!("\nseed {seed} fails: {}\n  {}", violation.law, violation.text);
        println!("  cargo run --release -p mundi-sim -- --seed {seed}{with}");
    }
    if let Some((seed, violation)) = report.failed.first_key_value() {
        smallest(*seed, violation.law);
    }
    ExitCode::FAILURE
}

/// Shows the smallest run that fails like that of a seed; as a play, where it is one.
fn smallest(seed: u64, law: &'static str) {
    println!("\nthe smallest run that was found to fail as seed {seed} does:");
    let plan = shrink(&Plan::of(seed), law);
    show(&plan);
    plan.events.iter().for_each(|event| println!("  {event:?}"));
    let Ok(outcome) = mundi_sim::run(&plan, Telling::Lines) else { return };
    outcome.trace.lines().iter().for_each(|line| println!("{line}"));
    let file = SCENARIOS.get(plan.scenario).map_or("", |scenario| scenario.file);
    if let Some(text) = play(&plan, &outcome.spoken, file) {
        let name = format!("seed-{seed}.play");
        match std::fs::write(&name, &text) {
            Ok(()) => println!("as a play, for `mundi test`, from the project's root: {name}"),
            Err(why) => println!("{name}: {why}\n{text}"),
        }
    }
}

fn faults(range: &RangeInclusive<u64>, threads: usize) -> ExitCode {
    let mut missed = 0;
    for (name, fault) in FAULTS {
        let start = Instant::now();
        plant(Some(*fault));
        let seeds =
            Seeds { range: range.clone(), threads, until: Until::Failure, telling: Telling::Hash };
        let found = seeds.run().failed.pop_first();
        let took = start.elapsed().as_secs();
        match found {
            Some((seed, violation)) => {
                println!("| {name} | {seed} | {} |", violation.law);
                eprintln!("{name}: {took} s: {}", violation.text);
            }
            None => {
                missed += 1;
                println!("| {name} | **not found** | |");
                eprintln!("{name}: {took} s");
            }
        }
    }
    plant(None);
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
