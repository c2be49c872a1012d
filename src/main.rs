//! The `mundi` command.

fn main() -> std::process::ExitCode {
    mundi::cli::main()
}
