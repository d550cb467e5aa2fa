//! `bylaw table export` and `bylaw table import`.

use super::args::{TableExport, TableImport, TableVerb};
use super::disk::Disk;
use super::failure::{Exit, Failure};
use super::fmt::{files, unreadable};
use super::screen::{Screen, write_result};
use super::{overwrite, policies, replace, usage};
use crate::diagnostics::{Diagnostic, Place, Say, Severity, Source, Span};
use crate::model::load::{normal, regulations, said_not_utf8};
use crate::model::{Compiled, Files, compile, institutions};
use crate::syntax::tree::Item;
use crate::tables::changes::{Change, changes};
use crate::tables::found::{Found, found};
use crate::tables::grid::{self, Grid};
use crate::tables::{csv, woven};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Tables out, or in.
pub(crate) fn table(args: &TableVerb, screen: Screen) -> Result<Exit, Failure> {
    match args {
        TableVerb::Export(args) => export(args),
        TableVerb::Import(args) => import(args, screen),
    }
}

/// How a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    #[cfg(feature = "xlsx")]
    Xlsx,
}

fn kind(path: &str) -> Result<Kind, Failure> {
    match path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
        Some("csv") => Ok(Kind::Csv),
        #[cfg(feature = "xlsx")]
        Some("xlsx") => Ok(Kind::Xlsx),
        _ => Err(Failure::Usage(
            Say::new(format!("the ending of `{path}` does not tell what it is"), format!("从 `{path}` 的扩展名看不出它是什么文件")),
            Say::new("a sheet is a `.csv` or `.xlsx` file", "工作表是 `.csv` 或 `.xlsx` 文件"),
        )),
    }
}

/// Policy texts with their tables.
struct Texts {
    sources: Vec<Arc<Source>>,
    /// Each with the number of its source.
    tables: Vec<(usize, Found)>,
}

impl Texts {
    fn read(paths: &[String]) -> Result<Self, Failure> {
        let mut sources = Vec::new();
        for path in files(paths)? {
            let bytes = Disk.read(&path).map_err(|error| unreadable(&path, &error))?;
            let text = String::from_utf8(bytes).map_err(|error| {
                let (message, help) = said_not_utf8(&path, error.utf8_error().valid_up_to() + 1);
                Failure::Input(message, help)
            })?;
            sources.push(Arc::new(Source { name: path, text }));
        }
        let of = regulations(sources.iter().map(|source| (normal(&source.name), header(source))).collect());
        let (mut tables, mut errors) = (Vec::new(), Vec::new());
        for (at, (source, regulation)) in sources.iter().zip(&of).enumerate() {
            match found(source, regulation.as_deref()) {
                Ok(found) => tables.extend(found.into_iter().map(|one| (at, one))),
                Err(told) => errors.extend(told),
            }
        }
        if errors.is_empty() { Ok(Self { sources, tables }) } else { Err(Failure::Policies(errors)) }
    }

    /// The tables of that name, with or without the regulation's; all, when none is given.
    fn named(&self, name: Option<&str>) -> Result<Vec<&(usize, Found)>, Failure> {
        let Some(name) = name else { return Ok(self.tables.iter().collect()) };
        let found: Vec<_> = self.tables.iter().filter(|(_, one)| is_called(&one.table.name, name)).collect();
        if found.is_empty() { Err(self.no_table(name)) } else { Ok(found) }
    }

    fn no_table(&self, name: &str) -> Failure {
        let names = self.tables.iter().map(|(_, one)| one.table.name.as_str());
        let help = match usage::nearest(name, names.clone()) {
            Some(near) => Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            None => some_of(&names.collect::<Vec<_>>()),
        };
        Failure::Usage(Say::new(format!("there is no table `{name}`"), format!("没有表 `{name}`")), help)
    }
}

fn header(source: &Arc<Source>) -> Option<String> {
    let file = crate::syntax::parse(source).file;
    file.items.iter().find_map(|item| if let Item::Regulation(regulation) = &item.value { Some(regulation.head.name.value.clone()) } else { None })
}

/// Is the table of this full name meant?
fn is_called(full: &str, name: &str) -> bool {
    full == name || full.split_once('.').is_some_and(|(_, bare)| bare == name)
}

fn some_of(names: &[&str]) -> Say {
    let some = names.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => Say::new("the policies have no tables", "规章中没有表"),
        1..=8 => Say::new(format!("there are {some}"), format!("有 {some}")),
        many => Say::new(format!("there are {many}, among them {some}"), format!("共 {many} 张，如 {some}")),
    }
}

fn export(args: &TableExport) -> Result<Exit, Failure> {
    let kind = args.output.as_deref().filter(|output| *output != "-").map_or(Ok(Kind::Csv), kind)?;
    let texts = Texts::read(&args.policies.paths)?;
    let chosen = texts.named(args.table.as_deref())?;
    overwrite::refuse(args.output.as_deref(), texts.sources.iter().map(|source| source.name.as_str()))?;
    let names: Vec<&str> = chosen.iter().map(|(_, one)| one.table.name.as_str()).collect();
    let cells = |found: &Found| grid::cells(&found.table, found.tongue);
    let failed = |error: io::Error| Failure::Output(args.output.clone().unwrap_or_else(|| "-".to_owned()), error);
    let bytes = match (kind, chosen.as_slice()) {
        (_, []) => return Err(Failure::Usage(Say::new("there is no table to write", "没有可写出的表"), some_of(&names))),
        (Kind::Csv, [(_, only)]) => csv::write(&cells(only)).map_err(failed)?,
        (Kind::Csv, _) => {
            let (en, zh) = (some_of(&names).en, some_of(&names).zh);
            return Err(Failure::Usage(
                Say::new("a CSV file holds one table, and there are several", "一个 CSV 文件只能放一张表，而这里有几张"),
                Say::new(format!("name one with `--table`, or write a workbook with `-o FILE.xlsx`; {en}"), format!("请用 `--table` 指定一张，或用 `-o FILE.xlsx` 写成工作簿；{zh}")),
            ));
        }
        #[cfg(feature = "xlsx")]
        (Kind::Xlsx, many) => {
            let sheets: Vec<_> = many.iter().map(|(_, one)| (bare(&one.table.name), cells(one))).collect();
            crate::tables::xlsx::write(&sheets).map_err(failed)?
        }
    };
    write_result(args.output.as_deref(), |out| out.write_all(&bytes))?;
    Ok(Exit::Well)
}

#[cfg(feature = "xlsx")]
fn bare(name: &str) -> String {
    name.split_once('.').map_or(name, |(_, bare)| bare).to_owned()
}

fn import(args: &TableImport, screen: Screen) -> Result<Exit, Failure> {
    if is_dmn(&args.path) {
        return super::dmn::import(args, screen);
    }
    let Some(file) = &args.file else {
        return Err(Failure::Usage(
            Say::new("no sheet is given", "没有给出工作表"),
            Say::new("`bylaw table import PATH FILE.xlsx`, or `bylaw table import FILE.dmn -o NEW.bylaw`", "`bylaw table import PATH FILE.xlsx`，或 `bylaw table import FILE.dmn -o NEW.bylaw`"),
        ));
    };
    if args.output.is_some() {
        return Err(Failure::Usage(
            Say::new("`--output` says where a text made of DMN goes; a sheet goes into the policy it came from", "`--output` 只用于由 DMN 生成的规章；工作表写回原来的规章"),
            Say::new("leave it out; `--check` shows what would change and writes nothing", "请去掉它；`--check` 只显示改动，不写入"),
        ));
    }
    let grids = read(file)?;
    let mut texts = Texts::read(std::slice::from_ref(&args.path))?;
    let mut run = Run::default();
    let mut wrong = Vec::new();
    let mut met = false;
    for grid in &grids {
        // Sheets that a person added, for notes of their own, are none of ours.
        let Some(name) = grid.of().map(str::to_owned) else {
            if grids.len() == 1 {
                wrong.extend(grid.table().err().unwrap_or_default());
                met = true;
            }
            continue;
        };
        if args.table.as_ref().is_some_and(|wanted| !is_called(&name, wanted)) {
            continue;
        }
        met = true;
        match run.sheet(&mut texts, grid, &name) {
            Ok(()) => {}
            Err(told) => wrong.extend(told),
        }
    }
    if !met {
        let names: Vec<&str> = grids.iter().filter_map(Grid::of).collect();
        let wanted = args.table.as_deref().unwrap_or_default();
        return Err(Failure::Usage(
            Say::new(format!("`{file}` holds no sheet of a table `{wanted}`"), format!("`{file}` 中没有表 `{wanted}` 的工作表")),
            some_of(&names),
        ));
    }
    if !wrong.is_empty() {
        return Err(Failure::Policies(wrong));
    }
    run.compiles(&args.path, &texts, screen)?;
    run.told(screen)?;
    if args.check {
        return Ok(if run.changed.is_empty() { Exit::Well } else { Exit::Findings });
    }
    for at in &run.changed {
        let Some(source) = texts.sources.get(*at) else { continue };
        replace::replace(&source.name, source.text.as_bytes()).map_err(|error| Failure::Output(source.name.clone(), error))?;
        screen.tell(&format!("{}{}\n", screen.pick("written: ", "已写入："), source.name));
    }
    Ok(Exit::Well)
}

/// Is the file one of decisions?
fn is_dmn(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending.to_lowercase().as_str(), "dmn" | "xml"))
}

/// The sheets of a file.
fn read(path: &str) -> Result<Vec<Grid>, Failure> {
    let kind = kind(path)?;
    let bytes = Disk.read(path).map_err(|error| unreadable(path, &error))?;
    match kind {
        Kind::Csv => csv::read(path, &bytes).map(|grid| vec![grid]),
        #[cfg(feature = "xlsx")]
        Kind::Xlsx => crate::tables::xlsx::read(path, &bytes),
    }
    .map_err(Failure::Policies)
}

/// A sheet that was put into a text.
struct Placed {
    path: String,
    /// Places in the text, and addresses in the sheet.
    cells: Vec<(Span, String)>,
    sheet: Grid,
}

/// What an import has done so far.
#[derive(Default)]
struct Run {
    /// What is told of each table.
    lines: Vec<String>,
    /// Sources that are no longer as they were.
    changed: Vec<usize>,
    /// Where cells stand.
    placed: Vec<Placed>,
    same: usize,
    tables: usize,
    /// Tables whose sheet was read.
    seen: Vec<String>,
}

impl Run {
    /// Puts one sheet into its text.
    fn sheet(&mut self, texts: &mut Texts, grid: &Grid, name: &str) -> Result<(), Vec<Diagnostic>> {
        let read = grid.table()?;
        if self.seen.iter().any(|seen| seen == name) {
            let message = Say::new(format!("another sheet of the table `{name}` stands before this one"), format!("前面已有表 `{name}` 的工作表"));
            return Err(vec![grid.wrong((0, 1), &message, Say::new("keep one sheet of each table", "每张表只保留一个工作表"))]);
        }
        self.seen.push(name.to_owned());
        let targets: Vec<&(usize, Found)> = texts.tables.iter().filter(|(_, one)| one.table.name == name).collect();
        let [(at, target)] = targets.as_slice() else {
            return Err(vec![grid.no_table(name, texts.tables.iter().take(8).map(|(_, one)| one.table.name.as_str()))]);
        };
        let (at, Some(source)) = (*at, texts.sources.get(*at).cloned()) else { return Ok(()) };
        let woven = woven::woven(&source, target, &read, grid)?;
        let line = Place { source: Arc::clone(&source), span: target.span }.line();
        let changes = changes(&woven.before, &woven.after);
        self.tables += 1;
        if woven.text == source.text {
            self.same += 1;
        } else {
            self.lines.push(format!("{}:{line} {name}", source.name));
            self.lines.extend(changes.iter().map(|change| match change {
                Change::Gone(line) => format!("- {line}"),
                Change::New(line) => format!("+ {line}"),
            }));
            if !self.changed.contains(&at) {
                self.changed.push(at);
            }
        }
        // What stands below has moved.
        let grown = |place: usize| (place + woven.text.len()).saturating_sub(source.text.len());
        let end = target.span.end;
        for placed in self.placed.iter_mut().filter(|placed| placed.path == source.name) {
            placed.cells.iter_mut().filter(|(span, _)| span.start >= end).for_each(|(span, _)| *span = Span::new(grown(span.start), grown(span.end)));
        }
        for (_, one) in texts.tables.iter_mut().filter(|(of, one)| *of == at && one.span.end >= end) {
            let start = if one.span.end == end { one.span.start } else { grown(one.span.start) };
            one.span = Span::new(start, grown(one.span.end));
        }
        self.placed.push(Placed { path: source.name.clone(), cells: woven.places, sheet: grid.clone() });
        if let Some(place) = texts.sources.get_mut(at) {
            *place = Arc::new(Source { name: source.name.clone(), text: woven.text });
        }
        Ok(())
    }

    /// The policies must compile with the new rows.
    fn compiles(&self, path: &str, texts: &Texts, screen: Screen) -> Result<(), Failure> {
        let new = texts.sources.iter().map(|source| (normal(&source.name), source.text.clone().into_bytes())).collect();
        let files = Overlaid(new);
        let mut errors = Vec::new();
        for set in institutions(&[path.to_owned()], &files) {
            let Compiled { diagnostics, .. } = compile(&set, &files);
            errors.extend(diagnostics.into_iter().filter(|one| one.severity == Severity::Error));
        }
        for placed in &self.placed {
            errors = woven::addressed(errors, &normal(&placed.path), &placed.cells, &placed.sheet);
        }
        if errors.is_empty() {
            return Ok(());
        }
        policies::tell(&errors, screen);
        Err(Failure::Input(
            Say::new("with these rows the policies do not compile, and nothing was written", "写入这些行后规章无法编译，未写入任何内容"),
            Say::new("correct the cells that are named above; `bylaw check` shows what was wrong before", "请改正上面指出的单元格；`bylaw check` 可查看原有的错误"),
        ))
    }

    fn told(&self, screen: Screen) -> Result<(), Failure> {
        write_result(None, |out| self.lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
        let (changed, same) = (self.tables - self.same, self.same);
        screen.tell(&match screen.tongue {
            crate::Tongue::En => format!("tables that change: {changed}, as they were: {same}\n"),
            crate::Tongue::Zh => format!("有改动的表 {changed} 张，无改动 {same} 张\n"),
        });
        Ok(())
    }
}

/// The disk, with other texts in some files.
struct Overlaid(BTreeMap<String, Vec<u8>>);

impl Files for Overlaid {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(&normal(path)).map_or_else(|| Disk.read(path), |text| Ok(text.clone()))
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        Disk.folder(path)
    }
}
