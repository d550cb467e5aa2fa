//! A line for a person's month, the same for both programs.

use std::io::Write;

/// So many bytes are written at once.
const ROOM: usize = 1 << 20;

/// Lines on their way to a file.
pub struct Months<W> {
    file: W,
    text: Vec<u8>,
    number: itoa::Buffer,
}

impl<W: Write> Months<W> {
    pub fn new(file: W) -> Self {
        Self { file, text: Vec::with_capacity(ROOM), number: itoa::Buffer::new() }
    }

    /// Of a person: the month (months since year 0), and what was counted in it.
    pub fn line(&mut self, name: &str, month: u32, counts: [u32; 6]) {
        let text = &mut self.text;
        text.extend_from_slice(name.as_bytes());
        text.push(b',');
        text.extend_from_slice(self.number.format(month / 12).as_bytes());
        text.extend_from_slice(if month % 12 < 9 { b"-0" } else { b"-" });
        text.extend_from_slice(self.number.format(month % 12 + 1).as_bytes());
        for count in counts {
            text.push(b',');
            text.extend_from_slice(self.number.format(count).as_bytes());
        }
        text.push(b'\n');
        if text.len() > ROOM - 256 {
            self.flush();
        }
    }

    /// All were written.
    pub fn end(mut self) -> W {
        self.flush();
        self.file
    }

    fn flush(&mut self) {
        self.file.write_all(&self.text).unwrap();
        self.text.clear();
    }
}
