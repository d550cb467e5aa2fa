//! Nothing that stands in a record can become markup or script, and the page can fetch nothing.

use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// A text as it stands between tags or in a quoted attribute.
pub(super) fn text(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Writes JSON that stands inside a `script` element. In JSON `<` occurs in texts only, where it may be written as `\u003c`: then nothing in it ends the
/// element or begins a comment.
pub(super) struct InScript<'w>(pub(super) &'w mut dyn Write);

impl Write for InScript<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (n, part) in bytes.split(|byte| *byte == b'<').enumerate() {
            if n > 0 {
                self.0.write_all(br"\u003c")?;
            }
            self.0.write_all(part)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What a browser may do with the page: run this script, use this style, fetch nothing, send nothing.
pub(super) fn policy(style: &str, script: Option<&str>) -> String {
    let script = script.map(|script| format!(" script-src {};", source(script))).unwrap_or_default();
    format!("default-src 'none'; style-src {};{script} img-src data:; base-uri 'none'; form-action 'none'", source(style))
}

/// A text by its digest.
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        let sixes = [18, 12, 6, 0].map(|shift| usize::try_from((bits >> shift) & 63).unwrap_or(0));
        for (n, six) in sixes.into_iter().enumerate() {
            text.push(if n <= three.len() { LETTERS.get(six).copied().map_or('=', char::from) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn digests_are_written_as_browsers_read_them() {
        let written: Vec<String> = ["", "f", "fo", "foo", "foobar"].iter().map(|text| base64(text.as_bytes())).collect();
        assert_eq!(written, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]);
    }

    #[test]
    fn data_cannot_leave_its_element() {
        let hostile = "</script><img src=x onerror=alert(1)><!--";
        let mut out = Vec::new();
        serde_json::to_writer(InScript(&mut out), &[hostile]).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.contains('<'), "{written}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&written).unwrap(), [hostile]);
        assert_eq!(text("<b a='1' c=\"2\">&"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
    }
}
