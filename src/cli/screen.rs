//! The terminal: where results and messages go, in which tongue and colour.

use super::args::{Colour, Lang};
use super::failure::Failure;
use crate::diagnostics::Tongue;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

/// Tongue and colour of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    asked: Option<Tongue>,
    /// Language of everything that people read.
    pub(crate) tongue: Tongue,
    colour: Colour,
}

impl Screen {
    /// From the flags and the environment.
    pub(crate) fn new(lang: Option<Lang>, colour: Colour) -> Self {
        let asked = lang.map(|lang| match lang {
            Lang::En => Tongue::En,
            Lang::Zh => Tongue::Zh,
        });
        let tongue = asked.unwrap_or_else(|| tongue_of(|name| std::env::var(name).ok()));
        Self { asked, tongue, colour }
    }

    /// The tongue that the flag asks for.
    pub(crate) fn asked(self) -> Option<Tongue> {
        self.asked
    }

    /// English or Chinese.
    pub(crate) fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self.tongue {
            Tongue::En => en,
            Tongue::Zh => zh,
        }
    }

    /// Colour on standard error?
    pub(crate) fn colour_errors(self) -> bool {
        self.coloured(io::stderr().is_terminal())
    }

    /// Colour on standard output?
    pub(crate) fn colour_results(self) -> bool {
        self.coloured(io::stdout().is_terminal())
    }

    fn coloured(self, terminal: bool) -> bool {
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Writes a message to standard error. Nobody listening is no failure.
    pub(crate) fn tell(self, text: &str) {
        let _nobody_listens = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// The tongue that the environment asks for.
fn tongue_of(variable: impl Fn(&str) -> Option<String>) -> Tongue {
    let asked = ["BYLAW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match asked {
        Some(value) if value.to_lowercase().starts_with("zh") => Tongue::Zh,
        _ => Tongue::En,
    }
}

/// Writes a result to `output`, or to standard output when there is none.
pub(crate) fn write_result<T>(output: Option<&str>, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> Result<T, Failure> {
    let name = output.unwrap_or("-");
    let failed = |error| Failure::Output(name.to_owned(), error);
    match output {
        Some(path) if path != "-" => {
            let mut file = BufWriter::new(File::create(path).map_err(failed)?);
            write(&mut file).and_then(|written| file.flush().map(|()| written)).map_err(failed)
        }
        _ => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|written| out.flush().map(|()| written)).map_err(failed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tongue(pairs: &[(&str, &str)]) -> Tongue {
        tongue_of(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_chooses_the_tongue() {
        assert_eq!(tongue(&[]), Tongue::En);
        assert_eq!(tongue(&[("LANG", "zh_CN.UTF-8")]), Tongue::Zh);
        assert_eq!(tongue(&[("LANG", "zh_CN.UTF-8"), ("BYLAW_LANG", "en")]), Tongue::En);
        assert_eq!(tongue(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Tongue::En);
        assert_eq!(tongue(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), Tongue::Zh);
    }
}
