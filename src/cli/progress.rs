//! Progress of long work: a bar on a terminal, nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Read, stderr};

/// How far the work is.
#[derive(Debug, Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// So many bytes of `what` to read.
    pub(crate) fn bytes(what: &str, bytes: u64) -> Self {
        Self::new(what, bytes, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
    }

    /// So many steps of `what` to do.
    pub(crate) fn steps(what: &str, steps: usize) -> Self {
        Self::new(what, steps as u64, "{msg} {wide_bar} {pos}/{len} {eta}")
    }

    fn new(what: &str, length: u64, template: &str) -> Self {
        let target = if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(length), target).with_style(style);
        bar.set_message(what.to_owned());
        Self(bar)
    }

    /// A reader that tells how much was read through it.
    pub(crate) fn watching<R: Read>(&self, input: R) -> impl Read + use<R> {
        self.0.wrap_read(input)
    }

    /// So many are done.
    pub(crate) fn at(&self, done: usize) {
        self.0.set_position(done as u64);
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        self.0.finish_and_clear();
    }
}
