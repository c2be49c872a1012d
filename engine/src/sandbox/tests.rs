use super::fuel::Fuel;
use crate::library::Library;
use mundi_lang::rules::Rules;

/// A rules file without anything, to run scripts by hand.
fn engine() -> (rhai::Engine, Fuel) {
    let fuel = Fuel::default();
    fuel.fill(10_000);
    let world = crate::world::tests::empty();
    let rules: std::sync::Arc<Rules> = world.rules.clone();
    let cell = std::sync::Arc::new(std::sync::Mutex::new(world));
    (super::interpreter::build(&cell, &fuel, &rules, &Library::default()), fuel)
}

#[test]
fn printed_code_runs() {
    let (engine, _) = engine();
    let eval = |s: &str| {
        engine.eval::<rhai::Dynamic>(s).map(|v| format!("{v:?}")).map_err(|e| e.to_string())
    };
    for (script, result) in [
        ("(1 + 2)", "3"),
        ("(12.50 * 2)", "25.00"),
        ("(7 / 2)", "3"),
        ("need(5)", "5"),
        ("let v_s = 0; for v_x in [1, 2, 3] { v_s += v_x; } v_s", "6"),
        ("let v_s = 0; for v_x in 0..3 { v_s += v_x; } v_s", "3"),
        ("let v_s = 0; for v_x in 0..=3 { v_s += v_x; } v_s", "6"),
        ("let v_l = [1]; v_l.push(2); len(v_l)", "2"),
        ("let v_l = [3, 1, 2]; sorted(v_l)", "[1, 2, 3]"),
        ("let v_r = #{\"until\": 1, \"x\": [1, 2]}; len(get(v_r, \"x\"))", "2"),
        ("let v_r = #{\"a\": 1}; v_r[\"b\"]", "()"),
        ("(() ?? 4)", "4"),
        ("add_opt((), 5)", "()"),
        ("cat(\"a\", \"b\")", "\"ab\""),
        ("eq([1, 2.0], [1, 2])", "true"),
        ("dur(14, 86400000)", "1209600000"),
        ("min(1.5, 2)", "1.5"),
        ("if true { 1 } else { 2 }", "1"),
        ("let v_x = 1; (to_decimal(v_x) / 2)", "0.50"),
        ("let v_l = [1, 2]; v_l[at(1)] = 5; v_l", "[1, 5]"),
        ("let v_l = [1, 2]; v_l[0] = copy(7); v_l", "[7, 2]"),
        ("let v_m = #{}; v_m.map_set(\"k\", 3); need(map_get(v_m, \"k\"))", "3"),
        ("let v_r = #{\"m\": #{}}; v_r[\"m\"].map_set(\"k\", [1]); len(v_r[\"m\"])", "1"),
        ("(({ let c_1 = [1, 2]; if (c_1 != ()) { len(c_1) } }) ?? 9)", "2"),
        ("(({ let c_1 = (); if (c_1 != ()) { len(c_1) } }) ?? 9)", "9"),
        ("len({ let c_1 = [1]; if (c_1 != ()) { reversed(c_1) } })", "1"),
        ("let v_s = if false { \"many\" }; (v_s == ())", "true"),
        ("for v_x in [1, 2] { if (v_x > 1) { { need(v_x); return; }; }; }", "()"),
        ("([1] == ())", "false"),
        ("(1 == 1.0)", "true"),
        ("(\"a\" != ())", "true"),
        ("sum(0, [])", "0"),
    ] {
        assert_eq!(eval(script).as_deref(), Ok(result), "{script}");
    }
}

#[test]
fn decimals_round_half_to_even() {
    let (engine, _) = engine();
    let eval = |s: &str| engine.eval::<rhai::Dynamic>(s).unwrap().to_string();
    assert_eq!(eval("round(1.545, 2)"), "1.54");
    assert_eq!(eval("round(2.5, 0)"), "2");
    assert_eq!(eval("(10.00 / 3)"), "3.3333333333333333333333333333");
    assert_eq!(eval("(2.0 / 3)"), "0.6666666666666666666666666667");
    assert_eq!(eval("(0.0000000000000000000000000001 * 0.5)"), "0.0000000000000000000000000000");
    assert_eq!(eval("(0.0000000000000000000000000003 * 0.5)"), "0.0000000000000000000000000002");
}

#[test]
fn faults_stop_a_script() {
    let (engine, fuel) = engine();
    for script in [
        "need(())",
        "(9223372036854775807 + 1)",
        "(1 / 0)",
        "(1.0 / 0)",
        "(79228162514264337593543950335.0 + 79228162514264337593543950335.0)",
        "let v_l = [1]; list_get(v_l, 1)",
        "let v_l = [1]; v_l[at(-1)] = 2; v_l",
        "let v_l = [1]; list_get(v_l, (-1))",
        "let v_l = [1]; v_l[at(5)] = 2; v_l",
        "let v_m = #{}; let v_i = 0; while true { v_i += 1; v_m.map_set(key_text(v_i), 1); }",
        "while true { }",
        "let v_s = \"a\"; while true { v_s = cat(v_s, v_s); }",
        "set_slot(0, 1)",
        "eval(\"1\")",
        "type_of(1)",
        "exit()",
        "get_fn_metadata_list()",
        "let v_l = [1]; v_l.sort(|a, b| a)",
        "print(1)",
    ] {
        fuel.fill(10_000);
        assert!(engine.eval::<rhai::Dynamic>(script).is_err(), "{script}");
    }
}

/// What a script leaves of a budget, and whether it came to its end within it.
fn left(engine: &rhai::Engine, fuel: &Fuel, script: &str, budget: u64) -> (bool, u64) {
    fuel.fill(budget);
    let ended = engine.eval::<rhai::Dynamic>(script).is_ok() && !fuel.is_overdrawn();
    (ended, fuel.left())
}

#[test]
fn a_probe_costs_nothing_and_moves_no_bound() {
    let (plain, fuel) = engine();
    let credit = Fuel::instrumented();
    let mut world = crate::world::tests::empty();
    let probe = mundi_lang::rules::Probe { span: Default::default(), ty: mundi_lang::ty::Ty::Int };
    std::sync::Arc::make_mut(&mut world.rules).marks.probes = vec![probe];
    let rules = world.rules.clone();
    let cell = std::sync::Arc::new(std::sync::Mutex::new(world));
    let probed = super::interpreter::build(&cell, &credit, &rules, &Library::default());
    for (script, instrumented) in [
        ("(1 + 2)", "seen(probe(0), (1 + 2))"),
        ("let v_x = 1; v_x", "let v_x = 1; seen(probe(0), v_x)"),
        (
            "let v_x = 1; (v_x + v_x)",
            "let v_x = 1; seen(probe(0), (seen(probe(0), v_x) + seen(probe(0), v_x)))",
        ),
        ("let v_x = [1]; len(v_x)", "let v_x = [1]; seen(probe(0), len(seen(probe(0), v_x)))"),
        (
            "let v_x = [1]; contains(v_x, 1)",
            "let v_x = [1]; seen(probe(0), contains(seen(probe(0), v_x), 1))",
        ),
        ("(true && (1 < 2))", "seen(probe(0), (true && seen(probe(0), (1 < 2))))"),
        ("(true || (1 < 2))", "seen(probe(0), (true || seen(probe(0), (1 < 2))))"),
        (
            "let v_x = 1; if (v_x == 1) { 3 } else { 4 }",
            "let v_x = 1; if seen(probe(0), (seen(probe(0), v_x) == 1)) { 3 } else { 4 }",
        ),
        (
            "let v_x = 0; while (v_x < 9) { v_x = (v_x + 1); }",
            "let v_x = 0; while seen(probe(0), (seen(probe(0), v_x) < 9)) { v_x = seen(probe(0), (seen(probe(0), v_x) + 1)); }",
        ),
        (
            "let v_s = 0; for v_x in [1, 2] { v_s = (v_s + v_x); } v_s",
            "let v_s = 0; for v_x in [1, 2] { v_s = seen(probe(0), (v_s + seen(probe(0), v_x))); } seen(probe(0), v_s)",
        ),
        (
            "let v_r = #{\"x\": 1}; (v_r[\"x\"] + 1)",
            "let v_r = #{\"x\": 1}; (seen(probe(0), v_r[\"x\"]) + 1)",
        ),
        (
            "let v_r = #{\"x\": 1}; get(v_r, \"x\")",
            "let v_r = #{\"x\": 1}; seen(probe(0), get(seen(probe(0), v_r), \"x\"))",
        ),
        ("(() ?? 4)", "seen(probe(0), (() ?? seen(probe(0), 4)))"),
        ("now()", "seen(probe(0), now())"),
        ("(!true)", "seen(probe(0), (!true))"),
        ("need(5)", "seen(probe(0), need(seen(probe(0), 5)))"),
    ] {
        for budget in 0..90 {
            let one = left(&plain, &fuel, script, budget);
            let other = left(&probed, &credit, instrumented, budget);
            assert_eq!(one.0, other.0, "{budget}: {script}");
            assert!(!one.0 || one.1 == other.1, "{budget}: {script}: {one:?} {other:?}");
        }
    }
}
