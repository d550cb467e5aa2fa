//! `bylaw lint`.

use super::args::{self, LintFormat};
use super::config::Config;
use super::failure::{Exit, Failure};
use super::policies::{self, Institution};
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::analysis::{self, lint as analyse};
use crate::diagnostics::{Say, Severity};
use crate::report::lint::{self as report, Report};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// Analyses the policies; findings that nobody expects end the run with status 1, notes only where they are denied.
pub(crate) fn lint(args: &args::Lint, screen: Screen) -> Result<Exit, Failure> {
    let each = policies::load_each(&args.policies.paths, screen)?;
    if let [one, other] = args.why.as_slice() {
        return why(&each, args.format, one, other, screen);
    }
    let today = args.on.unwrap_or_else(|| DateTime::<Utc>::from(SystemTime::now()).date_naive());
    let mut reports = Vec::new();
    for institution in &each {
        let mut report = analysed(institution, today, screen);
        Config::beside(&institution.first)?.apply(&mut report.linted.findings);
        reports.push(report);
    }
    write_result(None, |out| match args.format {
        LintFormat::Human => report::write(&reports, args.all, screen.tongue, screen.colour_results(), out),
        LintFormat::Json => report::write_json(&reports, screen.tongue, out),
        LintFormat::Sarif => report::write_sarif(&reports, screen.tongue, out),
        LintFormat::Junit => report::write_junit(&reports, &args.deny, screen.tongue, out),
        LintFormat::Github => report::write_github(&reports, screen.tongue, out),
    })?;
    if let Some(folder) = &args.save_witness {
        save(folder, &report::witnesses(&reports, screen.tongue))?;
    }
    let ends = |severity: Severity, code: &str| severity > Severity::Note || args.deny.iter().any(|denied| denied == code);
    let fails = reports.iter().flat_map(Report::unexpected).any(|finding| ends(finding.severity, finding.code));
    Ok(if fails { Exit::Findings } else { Exit::Well })
}

/// Says whether two clauses meet, in the institution that has both.
fn why(each: &[Institution], format: LintFormat, one: &str, other: &str, screen: Screen) -> Result<Exit, Failure> {
    let json = match format {
        LintFormat::Human => false,
        LintFormat::Json => true,
        LintFormat::Sarif | LintFormat::Junit | LintFormat::Github => {
            return Err(Failure::Usage(
                Say::new("`--why` answers a question, and finds nothing that such a format could hold", "`--why` 回答问题，并不查找，这种格式装不下"),
                Say::new("its formats are `human` and `json`", "可用的格式：`human` 和 `json`"),
            ));
        }
    };
    let mut unknown = None;
    for Institution { model, written, .. } in each {
        match analysis::why(model, written, one, other) {
            Ok(all) => {
                write_result(None, |out| match json {
                    true => report::write_why_json(model, &all, screen.tongue, out),
                    false => report::write_why(model, &all, screen.tongue, screen.colour_results(), out),
                })?;
                return Ok(Exit::Well);
            }
            Err(say) => unknown = Some(say),
        }
    }
    let help = Say::new("name norms, exceptions, rows (`\"NORM row 2\"`) or citations of the same institution", "请写同一单位的规则、例外、行（`\"规则 row 2\"`）或出处");
    Err(Failure::Usage(unknown.unwrap_or_else(|| Say::new("there are no policies", "没有规则")), help))
}

/// Writes the cases. A file that is there and says something else is kept, and told.
fn save(folder: &str, files: &[(String, String)]) -> Result<(), Failure> {
    let failed = |path: &Path, error| Failure::Output(path.display().to_string(), error);
    let folder = Path::new(folder);
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(there) if there == *text => {}
            Ok(_) => {
                let path = path.display();
                return Err(Failure::Usage(
                    Say::new(format!("`{path}` is there already, and says something else"), format!("`{path}` 已存在，内容不同")),
                    Say::new("name another folder, or move the file away", "请另选文件夹，或先移走该文件"),
                ));
            }
            Err(_) => fs::write(&path, text).map_err(|error| failed(&path, error))?,
        }
    }
    Ok(())
}

fn analysed(institution: &Institution, today: NaiveDate, screen: Screen) -> Report<'_> {
    let Institution { path, model, written, .. } = institution;
    let progress = Progress::steps(screen.pick("norms", "规则"), model.norms.len());
    let linted = analyse(model, written, Some(today), &mut |done| progress.at(done));
    progress.end();
    Report { path, model, linted }
}
