//! Wrong usage that the parser of flags cannot see.

/// How alike two names are, from 0 to 1.
pub(crate) fn alike(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other)
}

/// The nearest of `names` to `wanted`, when one is near.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.8;
    let scored = names.map(|name| (alike(wanted, name), name)).filter(|(score, _)| *score >= NEAR);
    scored.max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, name)| name)
}
