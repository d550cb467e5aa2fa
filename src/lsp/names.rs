//! Names: where they are declared and used. One index for hover, definition, references and rename: what the lowering resolved.

use super::text::{location, moved};
use super::workspace::{Snapshot, Workspace};
use crate::diagnostics::{Place, Source, Span};
use crate::model::links::{Links, Named, Occurrence};
use lsp_types::{DocumentHighlight, Location};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A name under the cursor.
pub(crate) struct Found<'w> {
    /// The institution in which it was found, as it was then.
    pub(crate) snapshot: &'w Snapshot,
    /// Where it stands.
    pub(crate) place: Place,
    /// What it was resolved to.
    pub(crate) named: Vec<Named>,
    /// Where a name that is made of others comes from.
    pub(crate) made: Option<Place>,
}

/// The name at a byte of a text: in what is now, or, where that cannot be read, in what was last well.
pub(crate) fn find<'w>(workspace: &'w Workspace, path: &str, at: usize) -> Option<Found<'w>> {
    let text = workspace.files.text(path)?;
    workspace.institutions.iter().flat_map(|one| one.known()).find_map(|snapshot| {
        let links = &snapshot.known.links;
        let source = links.source(path)?;
        let old = links.sources.get(source)?;
        // The editor's text may be newer: the byte is looked for where it was.
        let here = moved(&text, &old.text, Span::new(at, at))?.start;
        let named: Vec<&Occurrence> = links.at(source, here).collect();
        let made = links.made.iter().find(|((file, span), _)| *file == source && span.start <= here && here <= span.end);
        let span = named.first().map(|one| one.span).or(made.map(|((_, span), _)| *span))?;
        let place = Place { source: Arc::clone(old), span };
        let made = made.and_then(|(_, (file, span))| Some(Place { source: Arc::clone(links.sources.get(*file)?), span: *span }));
        Some(Found { snapshot, place, named: named.into_iter().filter(|one| one.span == span).map(|one| one.named.clone()).collect(), made })
    })
}

/// Where what is named is declared; the name itself is no answer, unless there is no other.
pub(crate) fn declarations(found: &Found<'_>) -> Vec<Place> {
    let links = &found.snapshot.known.links;
    let all = links.occurrences.iter().filter(|one| one.declares && found.named.contains(&one.named));
    let mut places: Vec<Place> = all.filter_map(|one| place(links, one)).collect();
    places.extend(found.made.clone());
    places.dedup();
    let others: Vec<Place> = places.iter().filter(|place| **place != found.place).cloned().collect();
    if others.is_empty() { places } else { others }
}

/// All places at which the same is named, in all institutions, each once.
pub(crate) fn references(workspace: &Workspace, found: &Found<'_>, declarations: bool) -> Vec<Place> {
    let mut seen: BTreeSet<(String, Span)> = BTreeSet::new();
    let mut places = Vec::new();
    let own = [(found.place.source.name.clone(), found.place.span)];
    for snapshot in workspace.institutions.iter().map(|one| if one.now.is_sound() { &one.now } else { &one.good }) {
        let links = &snapshot.known.links;
        let here = own.iter().filter_map(|(path, span)| Some((links.source(path)?, *span)));
        let mut named: BTreeSet<&Named> = here.flat_map(|(source, span)| links.occurrences.iter().filter(move |one| one.source == source && one.span == span)).map(|one| &one.named).collect();
        // In another institution the same declaration has another regulation's name.
        let declared: Vec<(String, Span)> = self::declarations(found).into_iter().map(|place| (place.source.name.clone(), place.span)).collect();
        let there = declared.iter().filter_map(|(path, span)| Some((links.source(path)?, *span)));
        named.extend(there.flat_map(|(source, span)| links.occurrences.iter().filter(move |one| one.source == source && one.span == span && one.declares)).map(|one| &one.named));
        for one in links.occurrences.iter().filter(|one| named.contains(&one.named) && (declarations || !one.declares)) {
            let Some(place) = place(links, one) else { continue };
            if seen.insert((place.source.name.clone(), place.span)) {
                places.push(place);
            }
        }
    }
    places.sort_by(|a, b| (&a.source.name, a.span).cmp(&(&b.source.name, b.span)));
    places
}

pub(crate) fn locations(workspace: &Workspace, places: &[Place]) -> Vec<Location> {
    places.iter().filter_map(|place| location(&newest(workspace, place)?)).collect()
}

/// The same name elsewhere in the text.
pub(crate) fn highlights(workspace: &Workspace, found: &Found<'_>) -> Vec<DocumentHighlight> {
    let path = &found.place.source.name;
    let places: Vec<Place> = references(workspace, found, true).into_iter().filter(|place| place.source.name == *path).collect();
    locations(workspace, &places).into_iter().map(|location| DocumentHighlight { range: location.range, kind: None }).collect()
}

/// The place in the text as it is now; none when what is there has changed.
pub(crate) fn newest(workspace: &Workspace, place: &Place) -> Option<Place> {
    let text = workspace.files.text(&place.source.name)?;
    if text == place.source.text {
        return Some(place.clone());
    }
    let span = moved(&place.source.text, &text, place.span)?;
    Some(Place { source: Arc::new(Source { name: place.source.name.clone(), text }), span })
}

fn place(links: &Links, one: &Occurrence) -> Option<Place> {
    Some(Place { source: Arc::clone(links.sources.get(one.source)?), span: one.span })
}
