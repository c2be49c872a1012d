//! What instrumented code calls to tell of its values. Neither function pays, and what their calls
//! cost is given back before the value is come to (`spec/execution.md`, "Instrumented code").

use rhai::{Dynamic, Engine};

use super::super::convert::from_script;
use super::super::fuel::Fault;
use super::{Host, by_last_type};
use crate::limits::{PROBE_UNITS, SEEN_UNITS};

/// Registers them.
pub(super) fn register(engine: &mut Engine, host: &Host) {
    let fuel = host.fuel.clone();
    engine.register_fn("probe", move |n: i64| -> Result<i64, Fault> {
        fuel.give_back(PROBE_UNITS).map(|()| n)
    });
    let host = host.clone();
    let seen = move |n: i64, value: Dynamic| -> Result<Dynamic, Fault> {
        host.fuel.give_back(SEEN_UNITS)?;
        host.with(|world| {
            let rules = world.rules.clone();
            let probe = usize::try_from(n).ok().and_then(|n| rules.marks.probes.get(n));
            if let (Some(probe), true) = (probe, world.trace.is_some()) {
                // A value that is not of its type is a fault where it is used, not where it is seen.
                let found = from_script(&value, &probe.ty, world).ok();
                if let (Some(found), Some(trace)) = (found, world.trace.as_mut()) {
                    trace.see(n, found);
                }
            }
            Ok(value)
        })
    };
    by_last_type!(engine, "seen", (n: i64), seen);
}
