//! Verbs and flags. They are a contract: scripts rely on them.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;

/// Institutional regulations as data: check them, run recorded events through them, explain every verdict.
#[derive(Debug, Parser)]
#[command(name = "bylaw", version, about, max_term_width = 100, after_help = EXIT_HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// Language of messages and reports (otherwise BYLAW_LANG, LC_ALL, LC_MESSAGES or LANG decide).
    #[arg(long, global = true, value_name = "TONGUE", display_order = 100)]
    pub(crate) lang: Option<Lang>,
    /// Colour (auto: on a terminal, unless NO_COLOR is set).
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 101)]
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
    /// Look for contradictions, gaps and lines that never count, each with a case that shows it.
    Lint(Lint),
    /// Run recorded events through the policies.
    Audit(Audit),
    /// Unfold one verdict, or show the page of a code.
    Explain(Explain),
    /// Run the examples written in policies.
    Test(Test),
    /// Write policy texts in their one form, or turn their keywords into the other tongue.
    Fmt(Fmt),
    /// Write decision tables as sheets that a spreadsheet edits, and read them back; make policies of DMN.
    Table(Table),
    /// Tell what a revision changes: by regions of the occasions, and for recorded events.
    Diff(Diff),
    /// Tell which clauses of the source text are encoded, attested, or left out.
    Coverage(Coverage),
    /// Make up records and registers from what policies declare, the same for the same seed.
    Simulate(Simulate),
    /// Serve an editor on standard input and output, by the language server protocol.
    Lsp,
    /// Set up a folder of policies: rules with examples, a register, records, a file for CI.
    Init(Init),
    /// Write what a shell needs to complete verbs and flags.
    Completions(Completions),
    /// Write a manual page.
    Man(Man),
}

/// `bylaw init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Where; it is made if it is not there.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: String,
}

/// `bylaw completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// `bylaw man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Of which verb (the whole program when left out).
    #[arg(value_name = "VERB")]
    pub(crate) verb: Option<String>,
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

/// Records and registers, and what of them is known.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// Recorded events: `.jsonl`, `.csv`, `.parquet` or `.xes`, plain or `.gz`; `-` is JSONL on standard input. `NAME=FILE` names the source.
    #[arg(long, value_name = "[NAME=]FILE", num_args = 1..)]
    pub(crate) events: Vec<String>,
    /// A register's rows, `.csv` or `.jsonl`.
    #[arg(long, value_name = "NAME=FILE", num_args = 1..)]
    pub(crate) register: Vec<String>,
    /// A folder with both: `NAME.csv` or `NAME.jsonl` of each register, and every `events….jsonl`, `.csv` or `.xes`, plain or `.gz`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Vec<String>,
    /// Go on from what an earlier `audit --save-state STATE` read: as if the events files of then were given, too.
    #[arg(long, value_name = "STATE")]
    pub(crate) resume: Option<String>,
    /// Known up to: a day (all of it) or a moment; the last record's time when left out.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// As known then: records written down later do not count yet.
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<String>,
    /// A record or a register's row that cannot be used ends the run with status 3.
    #[arg(long)]
    pub(crate) strict: bool,
}

impl Data {
    /// Are there any events to read?
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.data.is_empty() && self.resume.is_none()
    }
}

/// `bylaw audit`.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) policies: Policies,
    #[command(flatten)]
    pub(crate) data: Data,
    /// Verdicts of an earlier audit (`--format jsonl`): tell what they supersede.
    #[arg(long, value_name = "VERDICTS")]
    pub(crate) since: Option<String>,
    /// How the result is shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: AuditFormat,
    /// Also norms that do not apply.
    #[arg(long)]
    pub(crate) all: bool,
    /// Tell how the norms would be judged, and judge nothing.
    #[arg(long)]
    pub(crate) plan: bool,
    /// How many threads work (as many as the machine runs at once when left out); the result is the same.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Verdicts that end the run with status 1.
    #[arg(long, value_name = "VERDICT", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// `html`: how many explanations go into the page, violations first.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) explain: usize,
    /// Save what was read of events, so that a later audit can go on from it; STATE may be the one given to `--resume`.
    #[arg(long, value_name = "STATE")]
    pub(crate) save_state: Option<String>,
    /// Also write what is posted to each person in each month; the file's ending says how: `.csv` or `.xlsx`.
    #[arg(long, value_name = "FILE")]
    pub(crate) statements: Option<String>,
    /// Where to write (standard output when left out).
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<String>,
}

/// How an audit is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// Tables and sentences.
    Human,
    /// One JSON object a line.
    Jsonl,
    /// One row a verdict.
    Csv,
    /// One page that unfolds every verdict and needs no network.
    Html,
    /// One row a verdict, stored by columns.
    #[cfg(feature = "parquet")]
    Parquet,
    /// A workbook for the paymaster: statements, postings, verdicts.
    #[cfg(feature = "xlsx")]
    Xlsx,
}

/// Verdicts that may end a run with status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub(crate) enum FailOn {
    Violation,
    Conflict,
    Undetermined,
    Pending,
}

/// `bylaw explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Policies of the verdict; or a code, as messages show it; or `forms`, for all forms of lines.
    #[arg(required = true, value_name = "PATH|CODE")]
    pub(crate) subjects: Vec<String>,
    #[command(flatten)]
    pub(crate) data: Data,
    /// The verdict's id, as an audit shows it.
    #[arg(long, value_name = "ID")]
    pub(crate) verdict: Option<String>,
    /// Where each subject's records lie, so that the next explanation reads those alone: FILE is made when it is not there, or does not fit the events files any more.
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<String>,
    /// How the result is shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ExplainFormat,
}

/// How a verdict is unfolded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// Prose.
    Human,
    /// Everything, as data.
    Json,
    /// Prose, as a page.
    Html,
}

/// `bylaw test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Run only the examples whose title contains this; may stand several times.
    #[arg(long, value_name = "TEXT", conflicts_with = "coverage")]
    pub(crate) example: Vec<String>,
    /// Tell which lines the examples do not show both ways; any such line ends the run with status 1.
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Propose examples for the lines that are not shown both ways, for the drafter to confirm: to FILE, which must be new, or to standard output.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-", conflicts_with_all = ["coverage", "example", "format"])]
    pub(crate) generate: Option<String>,
    /// How the result is shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: TestFormat,
}

/// How the result of a test run is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// What differs, in sentences.
    Human,
    /// One JSON object.
    Json,
    /// XML that CI services read.
    Junit,
}

/// `bylaw fmt`.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// A `.bylaw` file or a folder of them; `-` alone is standard input, formatted to standard output.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Write nothing; tell which files would change, with the first lines that differ, and end with status 1 if any would.
    #[arg(long)]
    pub(crate) check: bool,
    /// Turn the keywords into this tongue; names, labels and texts stay.
    #[arg(long, value_name = "TONGUE")]
    pub(crate) to: Option<Lang>,
}

/// `bylaw table`.
#[derive(Debug, Args)]
pub(crate) struct Table {
    /// Out or in.
    #[command(subcommand)]
    pub(crate) verb: TableVerb,
}

/// What is done with tables.
#[derive(Debug, Subcommand)]
pub(crate) enum TableVerb {
    /// Write the tables of policies as sheets.
    Export(TableExport),
    /// Put the rows of a sheet in place of the table's; or make a policy of the decision tables in a DMN file.
    Import(TableImport),
}

/// `bylaw table export`.
#[derive(Debug, Args)]
pub(crate) struct TableExport {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Only this table, `NORM` or `REGULATION.NORM`.
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    /// Where to write: `.csv` holds one table, `.xlsx` a sheet for each (CSV on standard output when left out).
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
}

/// `bylaw table import`.
#[derive(Debug, Args)]
pub(crate) struct TableImport {
    /// The `.bylaw` file, or the folder, with the tables; or a `.dmn` file alone.
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// The sheets, `.csv` or `.xlsx`, as `bylaw table export` wrote them and somebody changed them.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<String>,
    /// Only the sheet of this table, or the decision of this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    /// Write nothing; tell what would change, and end with status 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
    /// Where the policy made of a `.dmn` file is written (standard output when left out).
    #[arg(short, long, value_name = "NEW.bylaw")]
    pub(crate) output: Option<String>,
}

/// `bylaw lint`.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Say of two clauses why they never meet, or show a case in which they do. A clause is a norm, an exception, a row (`"NORM row 2"`) or a citation.
    #[arg(long, num_args = 2, value_names = ["CLAUSE", "CLAUSE"])]
    pub(crate) why: Vec<String>,
    /// How the findings are shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: LintFormat,
    /// A code whose findings end the run with status 1 although they are only notes.
    #[arg(long, value_name = "CODE")]
    pub(crate) deny: Vec<String>,
    /// Also tell what is expected, and what could not be decided.
    #[arg(long)]
    pub(crate) all: bool,
    /// The day on which it is decided which `expect finding … until` have ended (today when left out).
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<chrono::NaiveDate>,
    /// Write the case of each finding as an example, one file each.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) save_witness: Option<String>,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit XML: a suite for each institution, a case for each finding and for each code of which there is none.
    Junit,
}

/// `bylaw diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier version: a `.bylaw` file, a folder of them, or a compiled `.json`.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The later version.
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    #[command(flatten)]
    pub(crate) data: Data,
    /// How the difference is shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: PlainFormat,
    /// Show the cases that both versions judged.
    #[arg(long)]
    pub(crate) cases: bool,
    /// All regions, and all verdicts that change.
    #[arg(long)]
    pub(crate) all: bool,
}

/// `bylaw coverage`.
#[derive(Debug, Args)]
pub(crate) struct Coverage {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Every clause of the text, one row each: columns `id` and `computable` (yes, with-attestation, no), and others.
    #[arg(long, required = true, value_name = "CLAUSES.csv")]
    pub(crate) outline: String,
    /// How the result is shown.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: PlainFormat,
    /// Also tell clauses marked `yes` that are only attested, or listed as not computable.
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// `bylaw simulate`.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) policies: Policies,
    /// Rows of registers of people; other registers get fewer.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) people: u32,
    /// Days of the stream.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) days: u32,
    /// The same policies, numbers and seed give the same bytes.
    #[arg(long, value_name = "N")]
    pub(crate) seed: u64,
    /// First day (when left out, the first on which all regulations are in force; where none says since when, 2024-01-01).
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<chrono::NaiveDate>,
    /// Lines that cannot be used, which an audit reports and survives.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) bad: u32,
    /// Where `events.jsonl` and the registers' `NAME.csv` are written (the events to standard output when left out).
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: Option<String>,
    /// Write over files that are there.
    #[arg(long)]
    pub(crate) force: bool,
}

/// How something is shown that people read, or CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    /// Tables and sentences.
    Human,
    /// One JSON object.
    Json,
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
