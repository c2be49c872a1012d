//! `mundi converse`: holds a conversation. Alone on one machine it is a rehearsal.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use mundi_lang::Source;
use mundi_node::clock;
use mundi_node::conversation::Room;
use mundi_node::home::Home;
use serde_json::json;

use super::given::{Given, names};
use super::home::{HomeArguments, of_home};
use super::{live, open, room};
use crate::load::{LoadedPlay, LoadedRules};
use crate::play::{Ids, Report, play};
use crate::prompt::{Ask, Lasting, Reply, Terminal, What};
use crate::rehearsal::Rehearsal;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};
use crate::{files, prompt, render};

/// The longest standard input that is read as a play.
const MAX_LINES: u64 = 1024 * 1024;

/// Hold a conversation. By rules alone it is a rehearsal: you play everybody.
///
/// With `--role`, or a conversation of your home, it is real: you speak for yourself, and what is
/// said lasts.
///
/// At a terminal you are asked for the cast, the terms and then for line after line; `help` at the
/// prompt says what can be typed. Standard input that is no terminal is read as the lines of a
/// play.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A conversation of your home: its number, the beginning of its id, or its title.
    #[arg(conflicts_with_all = ["rules", "play", "cast", "terms"])]
    conversation: Option<String>,
    /// The rules: a `.conv` file. A play names its own, unless this is given.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["play", "conversation"], value_hint = clap::ValueHint::FilePath)]
    rules: Option<PathBuf>,
    /// Plays the lines of a `.play` file instead of asking.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    play: Option<PathBuf>,
    /// Who plays whom: `buyer=ada,seller=ben`, `voter=ada,ben,cy`.
    #[arg(long, value_name = "ROLE=NAME,…")]
    cast: Vec<String>,
    /// Opens a conversation in your home instead of rehearsing one, and says who holds which role:
    /// `buyer=me`, `seller=ben`.
    #[arg(long = "role", value_name = "ROLE=NAME,…", conflicts_with_all = ["cast", "play"])]
    roles: Vec<String>,
    /// The role that you hold: as `--role ROLE=me`.
    #[arg(long = "as", value_name = "ROLE", conflicts_with_all = ["cast", "play"])]
    own: Option<String>,
    /// Who holds another role: as `--role ROLE=NAME`.
    #[arg(long, value_name = "ROLE=NAME,…", conflicts_with_all = ["cast", "play"])]
    with: Vec<String>,
    /// Hold it live, through this broker (`HOST:PORT#KEY`), which is added to those that you know.
    #[arg(long, value_name = "BROKER", conflicts_with_all = ["cast", "play", "offline"])]
    via: Vec<String>,
    /// Stay off-line: what is said waits until `mundi sync`.
    #[arg(long)]
    offline: bool,
    /// The terms: `item="lamp", price=12.50`; `order=@order.cert` takes the bytes of a file.
    #[arg(long, value_name = "NAME=VALUE,…")]
    terms: Vec<String>,
    /// One JSON object on standard output, at the end.
    #[arg(long)]
    json: bool,
    /// Writes the signed log there, at the end.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    export: Option<PathBuf>,
    /// Lets everybody's agents seal the outcome at the end, and writes the certificate there, which `mundi
    /// verify` reads.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["conversation", "roles"], value_hint = clap::ValueHint::FilePath)]
    certificate: Option<PathBuf>,
    #[command(flatten)]
    home: HomeArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Answer {
    let roles = [&arguments.roles, &arguments.with].iter().any(|given| !given.is_empty());
    if arguments.conversation.is_some() || roles || arguments.own.is_some() {
        return at_home(arguments, screen);
    }
    let rules = arguments.rules.as_deref().map(LoadedRules::read).transpose()?;
    let given = Given::read("--cast", &arguments.cast, &arguments.terms, screen)?;
    let mut loaded = match (&arguments.play, rules) {
        (Some(path), rules) => LoadedPlay::parse_file(path, rules)?,
        (None, Some(rules)) if !std::io::stdin().is_terminal() => {
            let source = Source::new("standard input", standard_input()?);
            LoadedPlay::of_lines(source, rules)
        }
        (None, Some(rules)) => return by_hand(&rules, given, arguments, screen),
        (None, None) => return Err(Stop::Usage("give rules: `--rules FILE`".into())),
    };
    given.complete(&mut loaded);
    loaded.check();
    show(&loaded, arguments.json, screen)?;
    let Some((tree, rules)) = loaded.ready() else { return Err(Stop::No) };
    let mut report = play(&loaded.source, tree, rules).map_err(|e| {
        screen.note(&format!("mundi: the conversation cannot be opened: {e}\n"));
        Stop::No
    })?;
    finish(&mut report, &loaded, arguments, screen)
}

/// What is wrong with the play and its rules.
fn show(loaded: &LoadedPlay, as_json: bool, screen: &Screen) -> Answer {
    let findings = loaded.findings();
    if as_json && loaded.ready().is_none() {
        let all: Vec<_> = findings.iter().map(|(s, d)| render::json(s, d)).collect();
        return screen.line(&format!("{:#}", json!({"diagnostics": all})));
    }
    for (source, diagnostic) in findings {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    Ok(())
}

/// What became of the play: shown, exported, judged.
fn finish(
    report: &mut Report,
    loaded: &LoadedPlay,
    arguments: &Arguments,
    screen: &Screen,
) -> Answer {
    certify(&mut report.rehearsal, arguments)?;
    if let Some(path) = &arguments.export {
        files::write(path, &report.rehearsal.replica().export())?;
    }
    if arguments.json {
        screen.line(&format!("{:#}", report.json()))?;
    } else {
        screen.answer(&report.text(Ids::Hide, screen.out))?;
        for unmet in &report.unmet {
            screen.note("\n");
            screen.note(&render::text(&loaded.source, &unmet.diagnostic(), screen.err));
        }
    }
    if report.holds() { Ok(()) } else { Err(Stop::No) }
}

/// Writes the certificate of a rehearsal.
fn certify(rehearsal: &mut Rehearsal, arguments: &Arguments) -> Answer {
    let Some(path) = &arguments.certificate else { return Ok(()) };
    match rehearsal.certificate() {
        Some(bytes) => files::write(path, &bytes),
        None => Err(Stop::Usage(
            "there is no outcome that could be sealed, so there is no certificate: leave \
             `--certificate` out"
                .into(),
        )),
    }
}

/// Asks a person at the terminal.
fn by_hand(rules: &LoadedRules, given: Given, arguments: &Arguments, screen: &Screen) -> Answer {
    for (source, diagnostic) in rules.findings() {
        screen.note(&render::text(source, diagnostic, screen.err));
        screen.note("\n");
    }
    let Some(checked) = &rules.rules else { return Err(Stop::No) };
    if arguments.json {
        let instead = "--json needs a play: give `--play FILE`, or lines on standard input";
        return Err(Stop::Usage(instead.into()));
    }
    let cast = given.cast.into_iter().map(|(role, who)| (role.node, names(who))).collect();
    let terms = given.terms.into_iter().map(|(name, value)| (name.node, value.node)).collect();
    let mut rehearsal = prompt::run(checked, cast, terms, screen)?;
    if let Some(rehearsal) = &mut rehearsal {
        certify(rehearsal, arguments)?;
    }
    match (&arguments.export, rehearsal) {
        (Some(path), Some(rehearsal)) => files::write(path, &rehearsal.replica().export()),
        _ => Ok(()),
    }
}

/// Holds a conversation of the home: one that is there, or one that is opened now.
fn at_home(arguments: &Arguments, screen: &Screen) -> Answer {
    let plan = match &arguments.rules {
        Some(path) => {
            let own = arguments.own.iter().map(|role| format!("{role}=me"));
            let roles: Vec<String> =
                own.chain(arguments.roles.iter().chain(&arguments.with).cloned()).collect();
            let given = Given::read("--role", &roles, &arguments.terms, screen)?;
            Some(open::plan(&LoadedRules::read(path)?, given, None, screen)?)
        }
        None => None,
    };
    if arguments.json {
        let instead = "--json is for plays; `mundi show --json` shows a conversation of the home";
        return Err(Stop::Usage(instead.into()));
    }
    let mut home = arguments.home.enter(screen)?;
    live::via(&mut home, &arguments.via, screen)?;
    let room = match plan {
        Some(plan) => home.open(&plan, clock::now()),
        None => home.room_of(arguments.conversation.as_deref()),
    };
    let mut room = room.map_err(|e| of_home(e, screen))?;
    screen.line(&room::name(&room.row))?;
    let network = home.network().map_err(|e| of_home(e, screen))?;
    if !arguments.offline && !network.brokers.is_empty() {
        return live::hold(&mut home, room, arguments.export.as_deref(), screen);
    }
    let colour = screen.out;
    let show = |home: &Home, room: &Room, what: &What<'_>| {
        room::with(home, room, colour, |transcript| what(transcript))
    };
    let asks = std::io::stdin().is_terminal();
    let mut lasting = Lasting { home: &mut home, room: &mut room, asks, show: &show };
    let accepted = if asks {
        lasting.run(&mut Terminal::new()?)?
    } else {
        lasting.run(&mut Lines {
            screen,
            lines: standard_input()?.lines().rev().map(str::to_owned).collect(),
        })?
    };
    if let Some(path) = &arguments.export {
        open::export(&mut home, &mut room, path, screen)?;
    }
    if accepted { Ok(()) } else { Err(Stop::No) }
}

/// Standard input that is no terminal, answering line after line. The last line comes first here.
struct Lines<'a> {
    screen: &'a Screen,
    lines: Vec<String>,
}

impl Ask for Lines<'_> {
    fn ask(&mut self, prompt: &str, _: Vec<String>) -> Result<Reply, Stop> {
        let Some(line) = self.lines.pop() else { return Ok(Reply::Out) };
        self.screen.line(&format!("{prompt}{line}"))?;
        Ok(Reply::Line(line))
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        self.screen.line(text)
    }
}

/// All of standard input.
fn standard_input() -> Result<String, Stop> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(MAX_LINES)
        .read_to_string(&mut text)
        .map_err(|e| Stop::Environment(format!("standard input cannot be read: {e}")))?;
    Ok(text)
}
