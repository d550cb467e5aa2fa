//! Bylaw in Python, on Arrow: what `bylaw._bylaw` holds. The package `bylaw` (`python/bylaw`) is what people import; it puts names, defaults and the notebook's view on
//! these classes. Nothing here judges anything: every call goes to the face of the library (`bylaw::Policy`).
//!
//! | file | holds |
//! |---|---|
//! | `policy.rs` | compiled policies, and what is asked of them |
//! | `data.rs` | paths and Arrow streams → records |
//! | `audit.rs` | an audit's result; explanations |
//! | `keys.rs` | states of single subjects, for audits that are shared out |
//! | `passed.rs` | audits whose records are not kept |
//! | `plan.rs` | how norms are shared out over machines, and one part of an audit |
//! | `state.rs` | saved states, and earlier verdicts |
//! | `table.rs` | batches that others take through `__arrow_c_stream__` |
//! | `errors.rs` | what went wrong → Python's exceptions, with the diagnostics in them |
//! | `progress.rs` | a Python function that is told how far the work is |
//!
//! The interpreter is let go (`Python::detach`) wherever records are read or judged.

mod audit;
mod data;
mod errors;
mod keys;
mod passed;
mod plan;
mod policy;
mod progress;
mod snapshot;
mod state;
mod table;

use pyo3::prelude::*;

/// The native half of the package `bylaw`.
#[pymodule]
mod _bylaw {
    #[pymodule_export]
    use super::audit::Audit;
    #[pymodule_export]
    use super::plan::Share;
    #[pymodule_export]
    use super::policy::Policy;
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
