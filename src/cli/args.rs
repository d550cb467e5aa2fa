//! Verbs and flags. They are a contract: scripts rely on them.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Institutional regulations as data: check them, run recorded events through them, explain every verdict.
#[derive(Debug, Parser)]
#[command(name = "bylaw", version, about, max_term_width = 100, after_help = EXIT_HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// Language of messages and reports (otherwise BYLAW_LANG, LC_ALL, LC_MESSAGES or LANG decide).
    #[arg(long, global = true, value_name = "TONGUE")]
    pub(crate) lang: Option<Lang>,
    /// Colour (auto: on a terminal, unless NO_COLOR is set).
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,
}

const EXIT_HELP: &str = "Exit status: 0 all is well; 1 findings, failed examples, or verdicts asked to fail on; \
2 wrong usage; 3 unusable input; 4 an internal error, which is a bug.";

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Parse, resolve and type-check policies; tell all errors at once.
    Check(Policies),
    /// Write the resolved rules as one JSON file, which every other command takes as PATH.
    Compile(Compile),
    /// Show the page of a diagnostic code.
    Explain(Explain),
}

/// Policies to read.
#[derive(Debug, Args)]
pub(crate) struct Policies {
    /// A `.bylaw` file, a folder of them, or a compiled `.json`.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// `bylaw compile`.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Where to write (standard output when left out).
    #[arg(short, long, value_name = "BUNDLE.json")]
    pub(crate) output: Option<String>,
}

/// `bylaw explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as messages show it.
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
}

/// A tongue.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// 中文.
    Zh,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}
