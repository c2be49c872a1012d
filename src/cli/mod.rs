//! The command line: one command a file. This page reads the arguments and turns the end of a
//! command into an exit status.

mod agent;
mod broker;
mod check;
mod completions;
mod contacts;
mod converse;
mod diff;
mod explore;
mod export;
mod fmt;
mod given;
mod graph;
mod handed;
pub mod home;
mod id;
mod import;
mod join;
mod list;
mod live;
mod lock;
mod lsp;
mod mail;
mod man;
mod methods;
mod net;
mod new;
mod node;
mod open;
mod outcome;
mod plain;
mod purge;
mod reach;
mod replay;
mod room;
mod say;
mod show;
mod status;
mod sync;
mod test;
mod unlock;
mod verify;
mod watch;
mod why;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Conversations under rules that their users write.
///
/// A `.conv` file holds the rules of one kind of conversation; a `.play` file rehearses one.
/// Begin with `mundi new lunch`, then `mundi check lunch.conv` and
/// `mundi converse --rules lunch.conv`.
#[derive(Parser)]
#[command(
    name = "mundi",
    version,
    arg_required_else_help = true,
    after_help = "Exit status: 0 yes, 1 the answer is no, 2 wrong use, 3 the environment failed."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Converse(converse::Arguments),
    Check(check::Arguments),
    Fmt(fmt::Arguments),
    Test(test::Arguments),
    Explore(explore::Arguments),
    Diff(diff::Arguments),
    Graph(graph::Arguments),
    Replay(replay::Arguments),
    Why(why::Arguments),
    Verify(verify::Arguments),
    New(new::Arguments),
    Methods(methods::Arguments),
    Lsp(lsp::Arguments),
    Id(id::Arguments),
    Open(open::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Say(say::Arguments),
    Possible(show::Possible),
    Outcome(outcome::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Watch(watch::Arguments),
    Join(join::Arguments),
    Sync(sync::Arguments),
    Status(status::Arguments),
    Net(net::Arguments),
    Broker(broker::Arguments),
    Node(node::Arguments),
    Contacts(contacts::Arguments),
    Mail(mail::Arguments),
    Purge(purge::Arguments),
    Unlock(unlock::Arguments),
    Lock(lock::Arguments),
    #[command(hide = true)]
    Agent(agent::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// The whole program: arguments of the process in, exit status out.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return wrong_use(&e),
    };
    let screen = Screen::of_process();
    match run(cli.command, &screen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            if !matches!(stop, Stop::No) {
                screen.note(&format!("mundi: {stop}\n"));
            }
            stop.status()
        }
    }
}

fn run(command: Command, screen: &Screen) -> Answer {
    match command {
        Command::Converse(arguments) => converse::run(&arguments, screen),
        Command::Check(arguments) => check::run(&arguments, screen),
        Command::Fmt(arguments) => fmt::run(&arguments, screen),
        Command::Test(arguments) => test::run(&arguments, screen),
        Command::Explore(arguments) => explore::run(&arguments, screen),
        Command::Diff(arguments) => diff::run(&arguments, screen),
        Command::Graph(arguments) => graph::run(&arguments, screen),
        Command::Replay(arguments) => replay::run(&arguments, screen),
        Command::Why(arguments) => why::run(&arguments, screen),
        Command::Verify(arguments) => verify::run(&arguments, screen),
        Command::New(arguments) => new::run(&arguments, screen),
        Command::Methods(arguments) => methods::run(&arguments, screen),
        Command::Lsp(arguments) => lsp::run(&arguments),
        Command::Id(arguments) => id::run(&arguments, screen),
        Command::Open(arguments) => open::run(&arguments, screen),
        Command::List(arguments) => list::run(&arguments, screen),
        Command::Show(arguments) => show::run(&arguments, screen),
        Command::Say(arguments) => say::run(&arguments, screen),
        Command::Possible(arguments) => show::possible(&arguments, screen),
        Command::Outcome(arguments) => outcome::run(&arguments, screen),
        Command::Export(arguments) => export::run(&arguments, screen),
        Command::Import(arguments) => import::run(&arguments, screen),
        Command::Watch(arguments) => watch::run(&arguments, screen),
        Command::Join(arguments) => join::run(&arguments, screen),
        Command::Sync(arguments) => sync::run(&arguments, screen),
        Command::Status(arguments) => status::run(&arguments, screen),
        Command::Net(arguments) => net::run(&arguments, screen),
        Command::Broker(arguments) => broker::run(&arguments, screen),
        Command::Node(arguments) => node::run(&arguments, screen),
        Command::Contacts(arguments) => contacts::run(&arguments, screen),
        Command::Mail(arguments) => mail::run(&arguments, screen),
        Command::Purge(arguments) => purge::run(&arguments, screen),
        Command::Unlock(arguments) => unlock::run(&arguments, screen),
        Command::Lock(arguments) => lock::run(&arguments, screen),
        Command::Agent(agent::Arguments {}) => agent::run(),
        Command::Completions(arguments) => completions::run(&arguments, screen),
        Command::Man(arguments) => man::run(&arguments, screen),
    }
}

/// What clap says; help and version are answers, all else is wrong use.
fn wrong_use(error: &clap::Error) -> ExitCode {
    let _nobody_to_tell = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// The command line as data: for completions and man pages.
fn command() -> clap::Command {
    Cli::command()
}
