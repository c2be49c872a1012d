//! Calls of the standard library: `std0(n)` to `std6(n, …)`.

use std::sync::Arc;

use mundi_lang::rules::{LibraryCall, Rules};
use rhai::{Dynamic, Engine};

use super::{Host, number};
use crate::library::{Function, Library, MethodError};
use crate::limits::CALL_PRICE;
use crate::sandbox::convert::{from_script, size};
use crate::sandbox::fuel::{Fault, Fuel, fault};

/// A call site, with the function that it calls.
struct Site {
    call: LibraryCall,
    function: Option<Function>,
}

pub(super) fn register(engine: &mut Engine, host: &Host, rules: &Rules, library: &Library) {
    let site = |call: &LibraryCall| Site {
        call: call.clone(),
        function: library.function(&call.module, &call.function).cloned(),
    };
    let sites: Arc<Vec<Site>> = Arc::new(rules.tables.calls.iter().map(site).collect());
    macro_rules! arity {
        ($name:literal, $($arg:ident),*) => {{
            let (h, sites) = (host.clone(), sites.clone());
            engine.register_fn($name, move |n: i64, $($arg: Dynamic),*| call(&h, &sites, n, &[$($arg),*]));
        }};
    }
    arity!("std0",);
    arity!("std1", a);
    arity!("std2", a, b);
    arity!("std3", a, b, c);
    arity!("std4", a, b, c, d);
    arity!("std5", a, b, c, d, e);
    arity!("std6", a, b, c, d, e, f);
}

fn call(host: &Host, sites: &[Site], n: i64, args: &[Dynamic]) -> Result<Dynamic, Fault> {
    let site = sites.get(usize::from(number(n)?)).ok_or_else(|| fault("no such call"))?;
    let name = format!("{}::{}", site.call.module, site.call.function);
    let function = site.function.as_ref().ok_or_else(|| fault(format!("there is no `{name}`")))?;
    // Each payment comes before the work that it is for.
    host.fuel.pay_for(args.iter().map(size).fold(0, usize::saturating_add))?;
    host.with(|w| {
        let pairs = args.iter().zip(&site.call.arguments);
        let args = pairs.map(|(v, ty)| from_script(v, ty, w)).collect::<Result<Vec<_>, _>>()?;
        pay(&host.fuel, &name, (function.cost)(&args))?;
        match (function.native)(&args) {
            Ok(value) => host.give(&value, w),
            Err(MethodError::Input(text)) => Err(fault(format!("`{name}`: {text}"))),
            Err(MethodError::TooMuch(text)) => Err(too_much(&name, &text)),
        }
    })
}

/// Pays a price. What no budget could pay is refused in words: the rules' author can ask for less.
fn pay(fuel: &Fuel, name: &str, price: u64) -> Result<(), Fault> {
    if price > CALL_PRICE {
        let text = format!(
            "this would cost {price} units, and a call may cost {CALL_PRICE}: ask with fewer options, \
             ballots or places, or do not follow ties"
        );
        return Err(too_much(name, &text));
    }
    fuel.pay(price)
}

/// A spent budget that says which cap it met.
fn too_much(name: &str, text: &str) -> Fault {
    let text: Dynamic = format!("`{name}`: {text}").into();
    match *Fuel::spent() {
        rhai::EvalAltResult::ErrorTerminated(_, at) => {
            Box::new(rhai::EvalAltResult::ErrorTerminated(text, at))
        }
        other => Box::new(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::FUEL_ONCE;

    #[test]
    fn what_no_budget_could_pay_is_refused_in_words() {
        let fuel = Fuel::default();
        fuel.fill(FUEL_ONCE);
        let refused = match *pay(&fuel, "stv::meek", CALL_PRICE + 1).unwrap_err() {
            rhai::EvalAltResult::ErrorTerminated(text, _) => text.to_string(),
            other => panic!("{other}"),
        };
        assert!(refused.contains("`stv::meek`: this would cost 950001 units"), "{refused}");
        // It has cost nothing, and the highest price can still be paid.
        assert!(pay(&fuel, "stv::meek", CALL_PRICE).is_ok());
        assert!(pay(&fuel, "stv::meek", CALL_PRICE).is_err(), "not twice");
    }
}
