//! `mundi methods`: the standard methods of deciding, and the page of each.

use std::fmt::Write;

use consensus_std::page::{Listed, Page};
use consensus_std::property::Property;
use consensus_std::rules::RulesFile;
use serde_json::{Value, json};

use crate::screen::{Screen, Tone};
use crate::stop::{Answer, Stop};

/// List the methods of deciding, or show one of them.
///
/// Rules call a method after `use std::MODULE`. Rules files in which a method decides, to start
/// from with `mundi new NAME --from std/RULES`, are listed with them.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A method, `ranked::schulze` or `schulze`; nothing lists all.
    method: Option<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let Some(named) = &arguments.method else {
        let all = consensus_std::pages();
        return if arguments.json {
            screen.line(&format!("{:#}", list_as_json(&all)))
        } else {
            screen.answer(&list(&all, screen))
        };
    };
    match find(named) {
        Ok(method) if arguments.json => screen.line(&format!("{:#}", as_json(&method)?)),
        Ok(method) => screen.answer(&text(&method, screen)?),
        Err(why) => {
            screen.note(&format!("mundi: {why}\n"));
            Err(Stop::No)
        }
    }
}

/// The one method of a name, with or without its module; else what to say.
fn find(named: &str) -> Result<Listed, String> {
    let all = consensus_std::pages();
    let names: Vec<String> = all.iter().map(Listed::name).collect();
    let functions: Vec<String> = all.iter().map(|method| method.function.clone()).collect();
    let mut found: Vec<Listed> =
        all.into_iter().filter(|m| m.name() == named || m.function == named).collect();
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(|m| format!("`{}`", m.name())).collect();
        return Err(format!("`{named}` may be {}; say which", names.join(" or ")));
    }
    if consensus_std::rules().iter().any(|file| file.name == named) {
        return Err(format!(
            "`{named}` are rules; `mundi new NAME --from std/{named}` writes them"
        ));
    }
    found.pop().ok_or_else(|| {
        let known = if named.contains("::") { &names } else { &functions };
        let hint = match mundi_lang::suggest(named, known.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "`mundi methods` lists all".to_owned(),
        };
        format!("there is no method `{named}`; {hint}")
    })
}

/// All methods by module, and the rules files, a line each.
fn list(all: &[Listed], screen: &Screen) -> String {
    let mut out = String::new();
    let functions = all.iter().map(|method| method.function.len());
    let rules = consensus_std::rules();
    let width = functions.chain(rules.iter().map(|file| file.name.len())).max().unwrap_or(0);
    let mut module = "";
    for method in all {
        if method.module != module {
            module = &method.module;
            let _ = writeln!(out, "{}", screen.out.paint(Tone::Strong, module));
        }
        let _ = writeln!(out, "  {:width$}  {}", method.function, method.sentence());
    }
    let _ = writeln!(out, "{}", screen.out.paint(Tone::Strong, "rules"));
    out.push_str(&super::new::list(width));
    out
}

/// A method's page, for people: its lines as they are, code set in.
fn text(method: &Listed, screen: &Screen) -> Result<String, Stop> {
    let page = read(method)?;
    let mut out = format!("{}\n", screen.out.paint(Tone::Strong, page.title));
    let _ = writeln!(out, "\n    {}\n    gives {}", method.call(), method.gives());
    let body = method.text.split_once('\n').map_or("", |(_, body)| body);
    let mut fenced = false;
    for line in body.lines() {
        match line {
            "```" => fenced = false,
            "```rhai" => fenced = true,
            "```result" => {
                fenced = true;
                out.push_str("gives\n\n");
            }
            _ if fenced => {
                let _ = writeln!(out, "    {line}");
            }
            _ => {
                let _ = writeln!(out, "{}", line.trim_start_matches("## "));
            }
        }
    }
    let used = used_by(method);
    if !used.is_empty() {
        let _ = writeln!(out, "\nRules that use it, for `mundi new NAME --from std/…`:\n");
        for file in used {
            let _ = writeln!(out, "    {}", file.name);
        }
    }
    Ok(out)
}

/// The rules files that call a method.
fn used_by(method: &Listed) -> Vec<&'static RulesFile> {
    let name = method.name();
    consensus_std::rules().iter().filter(|file| file.calls().contains(&name)).collect()
}

/// What the page says. That every page reads is held by a test of the library.
fn read(method: &Listed) -> Result<Page<'static>, Stop> {
    Page::read(method.text).map_err(|e| Stop::Environment(format!("{}: {}", method.name(), e.0)))
}

fn list_as_json(all: &[Listed]) -> Value {
    let method = |method: &Listed| {
        json!({
            "name": method.name(),
            "call": method.call(),
            "gives": method.gives(),
            "sentence": method.sentence(),
        })
    };
    let file = |file: &RulesFile| {
        json!({
            "name": file.name,
            "title": file.title(),
            "sentence": file.sentence(),
            "description": file.description(),
            "calls": file.calls(),
        })
    };
    json!({
        "methods": all.iter().map(method).collect::<Vec<_>>(),
        "rules": consensus_std::rules().iter().map(file).collect::<Vec<_>>(),
    })
}

fn as_json(method: &Listed) -> Result<Value, Stop> {
    let page = read(method)?;
    let names = |all: &[Property]| all.iter().map(|property| property.name()).collect::<Vec<_>>();
    Ok(json!({
        "name": method.name(),
        "title": page.title,
        "call": method.call(),
        "gives": method.gives(),
        "sentence": page.sentence,
        "inputs": page.inputs,
        "condition": page.condition,
        "ties": page.ties,
        "has": names(&page.has),
        "lacks": names(&page.lacks),
        "cap": page.cap,
        "source": page.source,
        "example": {
            "prose": page.example.prose,
            "code": page.example.code,
            "result": page.example.result,
        },
        "rules": used_by(method).iter().map(|file| file.name).collect::<Vec<_>>(),
    }))
}
