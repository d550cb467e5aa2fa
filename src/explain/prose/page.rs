//! Lines of text with headings and indentation.

/// Blanks for one level.
const STEP: &str = "  ";

/// The text as it grows.
#[derive(Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A line, so many levels in.
    pub(super) fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&STEP.repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }
    /// Several lines at one level.
    pub(super) fn lines(&mut self, depth: usize, lines: &[String]) {
        lines.iter().for_each(|line| self.line(depth, line));
    }
    /// An empty line, unless there is one or nothing yet.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
    /// A heading with an empty line above.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        self.line(0, text);
    }
    /// Everything written.
    pub(super) fn text(self) -> String {
        self.text
    }
}
