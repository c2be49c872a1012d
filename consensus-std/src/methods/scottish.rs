//! Single transferable vote by the Scottish rules: weighted inclusive Gregory.
//!
//! In: rankings, best first, and how many places there are. Follows The Scottish Local Government
//! Elections Order 2007 (SSI 2007/42), schedule 1, rules 45 to 52, to the letter:
//! - the quota is ⌊papers/(places + 1)⌋ + 1; who has it is elected (46, 47);
//! - the greatest surplus is passed on first: every paper goes to its next continuing candidate,
//!   worth surplus × its worth/votes, cut to five decimals (48, 49);
//! - without a surplus the candidate with the fewest votes is out, and its papers go on at their
//!   worth, in one stage (50);
//! - who is level is told apart by the latest earlier stage at which they were not (49, 51);
//! - as many continuing candidates as vacancies are elected, and nothing more is passed on (52).
//!
//! The lot, where candidates were level at every stage, is the caller's choice ([`Ties`]). Papers
//! without a ranking are no valid papers. Votes are whole numbers of [`VOTE`]ths.

use crate::methods::papers::{Papers, rankings};
use crate::methods::universes::{Step, Ties, TooMuch, best, committees, follow};
use crate::profile::Profile;

/// One vote: five decimals.
pub const VOTE: u64 = 100_000;

/// A count that is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The quota, in whole votes.
    pub quota: u64,
    /// In the order of election; those of one stage by their votes, then as listed.
    pub elected: Vec<usize>,
    /// Stage by stage.
    pub stages: Vec<Stage>,
}

/// What is published of a stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stage {
    /// Whose surplus, or whose papers as one excluded, were passed on; nobody's in the first stage.
    pub passed_on: Option<usize>,
    /// Votes at its end, in [`VOTE`]ths.
    pub votes: Vec<u64>,
    /// Votes with nobody: papers without a next preference, and what the cut took.
    pub non_transferable: u64,
    /// Elected at its end.
    pub elected: Vec<usize>,
    /// Out since its beginning.
    pub excluded: Option<usize>,
}

/// Candidates, and where every paper lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Table {
    continuing: Vec<bool>,
    elected: Vec<usize>,
    /// Elected with more than the quota, and not yet passed on.
    pending: Vec<usize>,
    /// For each group of equal papers who holds it, and the worth of one of them.
    lies: Vec<Option<(usize, u64)>>,
    stages: Vec<Stage>,
}

/// What stays the same.
struct Rules {
    papers: Vec<Papers>,
    places: usize,
    quota: u64,
    ties: Ties,
}

/// The counts: one, or under [`Ties::Parallel`] one for each outcome of the lots.
///
/// # Errors
/// [`TooMuch::Ties`] where lots upon lots make too many ways.
pub fn counts(profile: &Profile, places: usize, ties: Ties) -> Result<Vec<Count>, TooMuch> {
    let papers = rankings(profile);
    let valid: u64 = papers.iter().map(|group| group.count).sum();
    let divisor = u64::try_from(places).unwrap_or(u64::MAX).saturating_add(1);
    let quota = (valid / divisor).saturating_add(1);
    let rules = Rules { papers, places: places.min(profile.options()), quota, ties };
    let ends = follow(rules.first_stage(profile.options()), |table: &Table| Ok(rules.step(table)))?;
    let count = |table: Table| Count { quota, elected: table.elected, stages: table.stages };
    Ok(ends.into_iter().map(|table| count(rules.last_vacancies(table))).collect())
}

/// The committees, each in the order of the options.
///
/// # Errors
/// As for [`counts`], and where more committees come of it than there may be.
pub fn elected(profile: &Profile, places: usize, ties: Ties) -> Result<Vec<Vec<usize>>, TooMuch> {
    committees(counts(profile, places, ties)?.into_iter().map(|count| count.elected))
}

impl Rules {
    fn first_stage(&self, options: usize) -> Table {
        let first = |group: &Papers| group.marks.first().map(|holder| (*holder, VOTE));
        let mut table = Table {
            continuing: vec![true; options],
            elected: Vec::new(),
            pending: Vec::new(),
            lies: self.papers.iter().map(first).collect(),
            stages: Vec::new(),
        };
        let mut votes = vec![0; options];
        self.credit(&table.lies, &mut votes);
        self.end_stage(
            &mut table,
            Stage {
                passed_on: None,
                votes,
                non_transferable: 0,
                elected: Vec::new(),
                excluded: None,
            },
        );
        table
    }

    /// Adds what lies with each.
    fn credit(&self, lies: &[Option<(usize, u64)>], votes: &mut [u64]) {
        for (group, lie) in self.papers.iter().zip(lies) {
            if let Some((votes, worth)) = lie.and_then(|(o, w)| Some((votes.get_mut(o)?, w))) {
                *votes = votes.saturating_add(worth.saturating_mul(group.count));
            }
        }
    }

    /// Rule 47: whoever has the quota is elected.
    fn end_stage(&self, table: &mut Table, mut stage: Stage) {
        let quota = self.quota.saturating_mul(VOTE);
        let votes = |o: &usize| stage.votes.get(*o).copied().unwrap_or(0);
        let continuing = table.continuing.iter().enumerate().filter(|(_, c)| **c).map(|(o, _)| o);
        let mut now: Vec<usize> = continuing.filter(|o| votes(o) >= quota).collect();
        now.sort_by_key(|o| std::cmp::Reverse(votes(o)));
        table.pending.extend(now.iter().copied().filter(|o| votes(o) > quota));
        for option in &now {
            strike(&mut table.continuing, *option);
        }
        table.elected.extend(&now);
        stage.elected = now;
        table.stages.push(stage);
    }

    /// Whether no more is passed on (52, and 48 and 50: "one or more vacancies remain").
    fn complete(&self, table: &Table) -> bool {
        let continuing = table.continuing.iter().filter(|c| **c).count();
        continuing <= self.places.saturating_sub(table.elected.len())
            || table.elected.len() >= self.places
    }

    fn step(&self, table: &Table) -> Step<Table> {
        if self.complete(table) {
            return Step::Done;
        }
        if !table.pending.is_empty() {
            let most = best(table.pending.iter().copied(), |o| history(table, o));
            let mut most = most;
            most.sort_unstable();
            let next = self.ties.takes(most).into_iter().map(|o| self.pass_surplus(table, o));
            return Step::On(next.collect());
        }
        let continuing = table.continuing.iter().enumerate().filter(|(_, c)| **c).map(|(o, _)| o);
        let fewest = best(continuing, |o| std::cmp::Reverse(history(table, o)));
        Step::On(self.ties.drops(fewest).into_iter().map(|o| self.exclude(table, o)).collect())
    }

    /// Rule 48.
    fn pass_surplus(&self, table: &Table, from: usize) -> Table {
        let mut next = table.clone();
        next.pending.retain(|o| *o != from);
        let held = votes(table, from);
        let quota = self.quota.saturating_mul(VOTE);
        let surplus = held.saturating_sub(quota);
        let cut = |worth: u64| {
            let exact = u128::from(surplus) * u128::from(worth) / u128::from(held.max(1));
            u64::try_from(exact).unwrap_or(u64::MAX)
        };
        let moved = self.move_papers(&mut next, from, cut);
        let after = self.after(table, from, quota, &moved);
        self.end_stage(&mut next, after);
        next
    }

    /// Rule 50.
    fn exclude(&self, table: &Table, out: usize) -> Table {
        let mut next = table.clone();
        strike(&mut next.continuing, out);
        let moved = self.move_papers(&mut next, out, |worth| worth);
        let mut after = self.after(table, out, 0, &moved);
        after.excluded = Some(out);
        self.end_stage(&mut next, after);
        next
    }

    /// Every paper of one candidate goes to its next continuing one. Gives what each receives.
    fn move_papers(&self, table: &mut Table, from: usize, worth: impl Fn(u64) -> u64) -> Vec<u64> {
        let mut received = vec![0; table.continuing.len()];
        for (group, lie) in self.papers.iter().zip(table.lies.iter_mut()) {
            let Some((holder, before)) = *lie else { continue };
            if holder != from {
                continue;
            }
            // Whoever stands before the holder has been elected or is out since.
            let continues = |o: &&usize| table.continuing.get(**o).copied().unwrap_or(false);
            *lie = group.marks.iter().find(continues).map(|to| (*to, worth(before)));
            self.credit_one(group, *lie, &mut received);
        }
        received
    }

    fn credit_one(&self, group: &Papers, lie: Option<(usize, u64)>, votes: &mut [u64]) {
        if let Some((votes, worth)) = lie.and_then(|(o, w)| Some((votes.get_mut(o)?, w))) {
            *votes = votes.saturating_add(worth.saturating_mul(group.count));
        }
    }

    /// The stage in which `from` keeps so much and the others receive.
    fn after(&self, table: &Table, from: usize, keeps: u64, received: &[u64]) -> Stage {
        let last = table.stages.last();
        let mut votes: Vec<u64> = last.map(|stage| stage.votes.clone()).unwrap_or_default();
        for (votes, received) in votes.iter_mut().zip(received) {
            *votes = votes.saturating_add(*received);
        }
        if let Some(own) = votes.get_mut(from) {
            *own = keeps;
        }
        let valid: u64 = self.papers.iter().map(|group| group.count).sum();
        let with_somebody: u64 = votes.iter().sum();
        let non_transferable = valid.saturating_mul(VOTE).saturating_sub(with_somebody);
        Stage {
            passed_on: Some(from),
            votes,
            non_transferable,
            elected: Vec::new(),
            excluded: None,
        }
    }

    /// Rule 52: as many as there are vacancies are elected.
    fn last_vacancies(&self, mut table: Table) -> Table {
        let vacancies = self.places.saturating_sub(table.elected.len());
        let rest = table.continuing.iter().enumerate().filter(|(_, c)| **c).map(|(o, _)| o);
        let rest: Vec<usize> = rest.collect();
        if rest.len() <= vacancies {
            table.elected.extend(&rest);
            if let Some(stage) = table.stages.last_mut() {
                stage.elected.extend(rest);
            }
        }
        table
    }
}

fn strike(continuing: &mut [bool], option: usize) {
    if let Some(continues) = continuing.get_mut(option) {
        *continues = false;
    }
}

fn votes(table: &Table, option: usize) -> u64 {
    table.stages.last().and_then(|stage| stage.votes.get(option)).copied().unwrap_or(0)
}

/// Votes at all stages, the latest first: who is ahead in this order is ahead by rules 49 and 51.
fn history(table: &Table, option: usize) -> Vec<u64> {
    let at = |stage: &Stage| stage.votes.get(option).copied().unwrap_or(0);
    table.stages.iter().rev().map(at).collect()
}
