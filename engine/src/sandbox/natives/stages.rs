//! Stages: when one began, whether its pattern may end, and what came of it.

use rhai::{Dynamic, Engine};

use super::{Host, number};
use crate::stages::Phase;

pub(super) fn register(engine: &mut Engine, host: &Host) {
    let h = host.clone();
    engine.register_fn("begun", move |n: i64| {
        h.with(|w| Ok(w.course(number(n)?).map_or(0, |c| c.begun)))
    });
    let h = host.clone();
    engine.register_fn("stage_complete", move |n: i64| h.with(|w| Ok(w.is_complete(number(n)?))));
    let h = host.clone();
    engine.register_fn("stage_output", move |n: i64| {
        h.with(|w| match w.course(number(n)?).map(|c| &c.phase) {
            Some(Phase::Decided(output)) => h.give(output, w),
            _ => Ok(Dynamic::UNIT),
        })
    });
    let h = host.clone();
    engine.register_fn("stage_decided", move |n: i64| {
        h.with(|w| Ok(w.course(number(n)?).is_some_and(|c| matches!(c.phase, Phase::Decided(_)))))
    });
    let h = host.clone();
    engine.register_fn("stage_failed", move |n: i64| {
        h.with(|w| Ok(w.course(number(n)?).is_some_and(|c| matches!(c.phase, Phase::Failed(_)))))
    });
}
