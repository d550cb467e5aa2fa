//! How a command ends.

use crate::diagnostics::{Diagnostic, Say};
use crate::records::Rejection;
use std::io;

/// Exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: all is well.
    Well,
    /// 1: findings, failed examples, verdicts asked to fail on.
    Findings,
    /// 2: wrong usage.
    Usage,
    /// 3: unusable input.
    Input,
    /// 4: an internal error.
    Internal,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Internal => 4,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that cannot be.
    Usage(Say, Say),
    /// A file cannot be used: what, and the way out.
    Input(Say, Say),
    /// The policies do not compile.
    Policies(Vec<Diagnostic>),
    /// Events or registers that cannot be read, or (when asked to be strict) records that cannot be used.
    Records(Vec<Rejection>),
    /// Something that must not be: a bug.
    Internal(Say, Say),
    /// The result cannot be written.
    Output(String, io::Error),
}

impl Failure {
    /// Its exit status. A reader that has gone away is no failure.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(..) => Exit::Usage,
            Self::Output(_, error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Well,
            Self::Internal(..) => Exit::Internal,
            Self::Input(..) | Self::Policies(_) | Self::Records(_) | Self::Output(..) => Exit::Input,
        }
    }
}
