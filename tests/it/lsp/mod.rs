//! The language server, as an editor drives it: over standard input and output. A snapshot for each feature, in both tongues.

mod editor;

use crate::run::{Place, binary, repository};
use editor::Editor;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const EN: &str = "office.bylaw";
const ZH: &str = "机关.bylaw";

/// A folder with an office in each tongue, each an institution, both open.
fn open(args: &[&str]) -> (Place, Editor) {
    let place = Place::with(&[("en/office.bylaw", include_str!("office.bylaw")), ("zh/机关.bylaw", include_str!("机关.bylaw"))]);
    let mut editor = Editor::start(&binary(), &place.path().canonicalize().unwrap(), args);
    editor.open(&en());
    editor.open(&zh());
    (place, editor)
}

fn en() -> String {
    format!("en/{EN}")
}

fn zh() -> String {
    format!("zh/{ZH}")
}

fn snapshot(name: &str, text: impl AsRef<str>) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots/lsp" }, {
        insta::assert_snapshot!(name, text.as_ref());
    });
}

/// `line:column-line:column` and what is told there.
fn told(list: &[Value]) -> String {
    let one = |told: &Value| {
        let related: Vec<String> = told["relatedInformation"].as_array().into_iter().flatten().map(|one| format!("\n    {}: {}", at(&one["location"]["range"]), one["message"].as_str().unwrap())).collect();
        format!("{} {} {}: {}{}", at(&told["range"]), told["severity"], told["code"].as_str().unwrap(), told["message"].as_str().unwrap().replace('\n', "\n    "), related.concat())
    };
    list.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn at(range: &Value) -> String {
    format!("{}:{}-{}:{}", range["start"]["line"], range["start"]["character"], range["end"]["line"], range["end"]["character"])
}

/// Places of an answer, with the text that stands there.
fn places(editor: &Editor, answer: &Value) -> String {
    let one = |place: &Value| {
        let uri = place["uri"].as_str().unwrap();
        let name = [en(), zh()].into_iter().find(|name| editor.uri(name) == uri).unwrap();
        let line = place["range"]["start"]["line"].as_u64().unwrap() as usize;
        format!("{name} {} | {}", at(&place["range"]), editor.text(&name).lines().nth(line).unwrap())
    };
    answer.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The lines in which texts differ.
fn difference(before: &str, after: &str) -> String {
    let pairs = before.lines().zip(after.lines()).filter(|(a, b)| a != b);
    pairs.map(|(a, b)| format!("- {a}\n+ {b}")).collect::<Vec<_>>().join("\n")
}

fn differences(editor: &Editor, changed: &BTreeMap<String, String>) -> String {
    changed.iter().map(|(name, text)| format!("{name}\n{}", difference(editor.text(name), text))).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_are_told_as_they_are_typed() {
    let (_place, mut editor) = open(&[]);
    assert!(editor.told(&en()).iter().all(|told| told["severity"] != 1));
    editor.type_over(&en(), "when minutes > 5 minutes", "when minuts > 5 minutes");
    editor.type_over(&zh(), "且 干部.职务 为 科员", "且 干部.职务 为 科长");
    let (english, chinese) = (editor.told(&en()), editor.told(&zh()));
    snapshot("told_en", told(&english));
    snapshot("told_zh", told(&chinese));
    editor.type_over(&en(), "when minuts > 5 minutes", "when minutes >");
    snapshot("told_unread", told(&editor.told(&en())));
    // What is well again is told, too.
    editor.type_over(&en(), "when minutes >", "when minutes > 5 minutes");
    assert!(editor.told(&en()).iter().all(|told| told["severity"] != 1));
    assert!(editor.end().success());
}

#[test]
fn messages_are_in_the_tongue_that_is_asked_for() {
    let (_place, mut editor) = open(&["--lang", "zh"]);
    editor.type_over(&en(), "when minutes > 5 minutes", "when minuts > 5 minutes");
    snapshot("told_asked", told(&editor.told(&en())));
    assert!(editor.end().success());
}

#[test]
fn two_places_are_both_told() {
    let (_place, mut editor) = open(&[]);
    editor.type_over(&en(), "measure lates", "measure late_fine");
    snapshot("told_twice", told(&editor.told(&en())));
    assert!(editor.end().success());
}

#[test]
fn hover() {
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    let words = [(en(), "late_fine", 0), (en(), "minutes > 5", 0), (en(), "staff.post", 0), (en(), "clerk\n", 0), (en(), "lates", 0), (en(), "approver.who", 0), (en(), "late or", 0), (en(), "first match", 0), (en(), "boss_may", 0), (zh(), "迟到 或", 1), (zh(), "职务 为", 0), (zh(), "科员\n", 0), (zh(), "次数多", 0), (zh(), "备注", 0)];
    for (name, word, nth) in words {
        let place = editor.place(&name, word, nth);
        let answer = editor.ask("textDocument/hover", place);
        all.push(format!("=== {word}\n{}", answer["contents"]["value"].as_str().unwrap_or("nothing")));
    }
    snapshot("hover", all.join("\n"));
    // What is wrong is explained in full.
    editor.type_over(&en(), "when minutes > 5 minutes", "when minuts > 5 minutes");
    let place = editor.place(&en(), "minuts", 0);
    snapshot("hover_trouble", editor.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap());
    // What cannot be read is known from before.
    editor.type_over(&en(), "rule late_fine \"Fine for coming late\" [1.2a]", "rule late_fine \"Fine for coming late [1.2a]");
    let place = editor.place(&en(), "late_fine of", 0);
    snapshot("hover_unread", editor.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap());
    assert!(editor.end().success());
}

#[test]
fn definitions_and_references() {
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    let words = [(en(), "minutes > 5", 0), (en(), "early_leave\n", 0), (en(), "staff.post", 0), (en(), "post is clerk", 0), (en(), "clerk\n", 0), (en(), "who is director", 0), (en(), "approver.who", 0), (en(), "too_long [1.4]", 1), (zh(), "分钟数 > 5", 0), (zh(), "科员\n", 0), (zh(), "迟到罚款 对", 0)];
    for (name, word, nth) in words {
        let mut place = editor.place(&name, word, nth);
        let definition = editor.ask("textDocument/definition", place.clone());
        place["context"] = json!({ "includeDeclaration": true });
        let references = editor.ask("textDocument/references", place);
        all.push(format!("=== {word}\ndeclared\n{}\nused\n{}", places(&editor, &definition), places(&editor, &references)));
    }
    snapshot("names", all.join("\n"));
    assert!(editor.end().success());
}

#[test]
fn rename() {
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    let words = [(en(), "minutes > 5", 0, "how_many"), (en(), "late or", 0, "came_late"), (en(), "who is director", 0, "person"), (en(), "clerk\n", 0, "assistant"), (en(), "staff.post", 0, "people"), (en(), "post is clerk", 0, "rank"), (zh(), "干部.职务", 0, "人员"), (zh(), "科员\n", 0, "办事员")];
    for (name, word, nth, new) in words {
        let mut place = editor.place(&name, word, nth);
        editor.ask("textDocument/prepareRename", place.clone());
        place["newName"] = json!(new);
        let edit = editor.ask("textDocument/rename", place);
        all.push(format!("=== {word} → {new}\n{}", differences(&editor, &editor.changed(&edit))));
    }
    // Refused, with the reason.
    for (name, word, nth, new) in [(en(), "late_fine", 0, "when"), (en(), "late_fine", 0, "too_long"), (en(), "minutes > 5", 0, "staff"), (zh(), "科员\n", 0, "主任"), (en(), "[1.2a]", 0, "x"), (en(), "# An office", 0, "x")] {
        let mut place = editor.place(&name, word, nth);
        place["newName"] = json!(new);
        let answer = editor.answer("textDocument/rename", place);
        all.push(format!("=== {word} → {new}\nrefused: {}", answer["error"]["message"].as_str().unwrap_or("not at all")));
    }
    editor.type_over(&en(), "fine 2 CNY [1.2a]", "fine 2 days [1.2a]");
    let mut place = editor.place(&en(), "late_fine", 0);
    place["newName"] = json!("lateness");
    let root = editor.uri("").trim_start_matches("file://").to_owned();
    all.push(format!("=== with errors\nrefused: {}", editor.answer("textDocument/rename", place)["error"]["message"].as_str().unwrap().replace(&root, "")));
    snapshot("rename", all.join("\n"));
    assert!(editor.end().success());
}

#[test]
fn completion() {
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    let typed = [
        (en(), "\nexample \"seven", "\nru\nexample \"seven", "ru\n", 2),
        (en(), "\nru\n", "\nrule x [1.9]\n  on l\n", "on l\n", 4),
        (en(), "on l\n", "on leave\n  when days > 3 d\n", "3 d\n", 3),
        (en(), "3 d\n", "3 days and asker.\n", "asker.\n", 6),
        (en(), "asker.\n", "asker.post is cl\n", "is cl\n", 5),
        (en(), "asker.post is cl\n", "approver.\n", "approver.\n", 9),
        (zh(), "\n示例", "\n规则 甲\n  凡 迟\n示例", "凡 迟\n", "凡 迟".len()),
        (zh(), "凡 迟\n", "凡 迟到\n  当 干部.\n", "干部.\n", "干部.".len()),
        (zh(), "干部.\n", "干部.职务 为 \n", "为 \n", "为 ".len()),
        (zh(), "干部.职务 为 \n", "分钟数 > 5 \n", "5 \n", 2),
    ];
    for (name, old, new, near, inside) in typed {
        editor.type_over(&name, old, new);
        let at = editor.text(&name).find(near).unwrap() + inside;
        let place = json!({ "textDocument": { "uri": editor.uri(&name) }, "position": editor.position(&name, at) });
        let answer = editor.ask("textDocument/completion", place);
        let mut items: Vec<(String, String)> = answer.as_array().unwrap().iter().map(|item| (item["sortText"].as_str().unwrap().to_owned(), format!("{} ({}) {}", item["label"].as_str().unwrap(), item["kind"], item["detail"].as_str().unwrap_or_default()))).collect();
        items.sort();
        let first: Vec<String> = items.iter().filter(|(sort, _)| sort.starts_with('0')).take(12).map(|(_, item)| format!("  {}", item.trim_end())).collect();
        all.push(format!("=== {}\n{}\n  and {} others", near.trim_end(), first.join("\n"), items.len() - first.len()));
    }
    snapshot("completion", all.join("\n"));
    assert!(editor.end().success());
}

#[test]
fn outline_and_folding() {
    fn tree(symbols: &Value, depth: usize, out: &mut Vec<String>) {
        for one in symbols.as_array().into_iter().flatten() {
            out.push(format!("{}{} ({}) {} {}", "  ".repeat(depth), one["name"].as_str().unwrap(), one["kind"], one["detail"].as_str().unwrap_or_default(), at(&one["range"])));
            tree(&one["children"], depth + 1, out);
        }
    }
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    for name in [en(), zh()] {
        let document = json!({ "textDocument": { "uri": editor.uri(&name) } });
        tree(&editor.ask("textDocument/documentSymbol", document.clone()), 0, &mut all);
        let folds = editor.ask("textDocument/foldingRange", document);
        all.push(folds.as_array().unwrap().iter().map(|fold| format!("{}-{}{}", fold["startLine"], fold["endLine"], fold["kind"].as_str().map(|kind| format!(" {kind}")).unwrap_or_default())).collect::<Vec<_>>().join(", "));
    }
    let found = editor.ask("workspace/symbol", json!({ "query": "late" }));
    all.push(found.as_array().unwrap().iter().map(|one| format!("{} {}", one["name"].as_str().unwrap(), at(&one["location"]["range"]))).collect::<Vec<_>>().join("\n"));
    snapshot("outline", all.join("\n"));
    assert!(editor.end().success());
}

#[test]
fn formatting() {
    let (_place, mut editor) = open(&[]);
    for name in [en(), zh()] {
        let document = json!({ "textDocument": { "uri": editor.uri(&name) }, "options": { "tabSize": 2, "insertSpaces": true } });
        let edits = editor.ask("textDocument/formatting", document.clone());
        let text = editor.edited(&name, edits.as_array().unwrap());
        snapshot(if name == en() { "format_en" } else { "format_zh" }, &text);
        let (before, own) = (editor.text(&name).to_owned(), name.clone());
        editor.type_over(&own, &before, &text);
        assert_eq!(editor.ask("textDocument/formatting", document), json!([]), "formatting again changes nothing");
    }
    editor.type_over(&en(), "fine 2 CNY [1.2a]", "fine 2 CNY (");
    let answer = editor.answer("textDocument/formatting", json!({ "textDocument": { "uri": editor.uri(&en()) }, "options": { "tabSize": 2, "insertSpaces": true } }));
    assert!(answer["error"]["message"].as_str().unwrap().contains("errors"));
    assert!(editor.end().success());
}

#[test]
fn quick_fixes() {
    let (_place, mut editor) = open(&[]);
    let mut all = Vec::new();
    let typed = [(en(), "when minutes > 5 minutes", "when minuts > 5 minutes", "minuts"), (en(), "when minuts > 5 minutes", "when minutes > 5", "5 and"), (en(), "minutes > 5 and staff.post", "minutes > 5 minutes and post", "post is clerk"), (zh(), "罚 2 元", "罚 2 元 当 分钟 > 3 分钟", "分钟 > 3"), (zh(), "分钟 > 3 分钟", "分钟数 > 3", "3 【")];
    for (name, old, new, near) in typed {
        editor.type_over(&name, old, new);
        let place = editor.place(&name, near, 0);
        let range = json!({ "start": place["position"], "end": place["position"] });
        let answer = editor.ask("textDocument/codeAction", json!({ "textDocument": place["textDocument"], "range": range, "context": { "diagnostics": [] } }));
        let fixes = answer.as_array().unwrap();
        all.push(format!("=== {new}\n{}", fixes.iter().map(|fix| format!("{}\n{}", fix["title"].as_str().unwrap(), differences(&editor, &editor.changed(&fix["edit"])))).collect::<Vec<_>>().join("\n")));
        // Every fix does away with what it is for.
        for fix in fixes {
            let (before, after) = (editor.text(&name).to_owned(), editor.changed(&fix["edit"]).remove(&name).unwrap());
            editor.type_over(&name, &before, &after);
            assert!(!editor.told(&name).iter().any(|told| told["message"] == fix["diagnostics"][0]["message"]), "{fix}");
            editor.type_over(&name, &after, &before);
        }
    }
    snapshot("fixes", all.join("\n"));
    assert!(editor.end().success());
}

#[test]
fn the_other_tongue_is_offered_when_asked_for() {
    let (_place, mut editor) = open(&[]);
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    for name in [en(), zh()] {
        let uri = editor.uri(&name);
        let answer = editor.ask("textDocument/codeAction", json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [], "only": ["refactor.rewrite"] } }));
        let text = editor.changed(&answer[0]["edit"]).remove(&name).unwrap();
        assert!(text.contains(if name == en() { "\n规则 late_fine " } else { "\nrule 迟到罚款 " }), "{text}");
    }
    assert!(editor.end().success());
}

#[test]
fn lenses_come_from_the_background() {
    let (_place, mut editor) = open(&[]);
    let covered = |lenses: &[Value]| lenses.iter().any(|lens| lens["command"]["title"].as_str().unwrap().starts_with(['○', '●']));
    let mut all = Vec::new();
    for name in [en(), zh()] {
        let lenses = editor.lenses_when(&name, covered);
        all.push(lenses.iter().map(|lens| format!("{} {}", lens["range"]["start"]["line"], lens["command"]["title"].as_str().unwrap())).collect::<Vec<_>>().join("\n"));
    }
    snapshot("lenses", all.join("\n"));
    // Findings of the analyser are told as well.
    let found = |list: &[Value]| list.iter().any(|told| told["severity"] != 1);
    snapshot("findings", told(&editor.told_when(&en(), found)));
    // They stay at their places while somebody types above them.
    editor.type_over(&en(), "# What it costs.\n", "# What it costs.\n\n");
    let before: Vec<String> = all[0].lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    let params = json!({ "textDocument": { "uri": editor.uri(&en()) } });
    let after = editor.ask("textDocument/codeLens", params);
    let after: Vec<&str> = after.as_array().unwrap().iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(before, after);
    assert!(editor.end().success());
}

#[test]
fn strange_requests_are_answered() {
    let (_place, mut editor) = open(&[]);
    let nowhere = json!({ "textDocument": { "uri": "file:///nowhere/x.bylaw" }, "position": { "line": 3, "character": 4 } });
    for method in ["hover", "definition", "completion", "prepareRename", "documentSymbol", "foldingRange", "codeLens"] {
        let answer = editor.answer(&format!("textDocument/{method}"), nowhere.clone());
        assert!(answer["error"]["message"].as_str().unwrap().contains("not open"), "{answer}");
    }
    assert_eq!(editor.answer("textDocument/unheardOf", json!({}))["error"]["code"], -32601);
    assert_eq!(editor.answer("textDocument/hover", json!({ "nonsense": 1 }))["error"]["code"], -32602);
    // Places behind the end of a line or text.
    let uri = editor.uri(&en());
    for position in [json!({ "line": 0, "character": 9999 }), json!({ "line": 9999, "character": 0 })] {
        editor.ask("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": position }));
        editor.ask("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": position }));
    }
    editor.say("textDocument/didChange", json!({ "textDocument": { "uri": "file:///nowhere/x.bylaw", "version": 1 }, "contentChanges": [] }));
    editor.say("textDocument/didOpen", json!({ "textDocument": { "uri": "untitled:Untitled-1", "languageId": "bylaw", "version": 1, "text": "rule" } }));
    editor.say("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.answer("textDocument/hover", nowhere)["error"]["code"], -32600);
    editor.say("exit", Value::Null);
    assert!(editor.vanish().success());
    // An editor that goes away without a word.
    let (_place, editor) = open(&[]);
    assert_eq!(editor.vanish().code(), Some(1));
}

/// What the plan asks for: all twenty regulations open, a clause with a mistake, hover, rename, format.
#[test]
fn twenty_regulations_are_open_at_once() {
    let root = repository().join("policies");
    let mut names: Vec<String> = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let numbered = folder.file_name().unwrap().to_str().unwrap().starts_with(|c: char| c.is_ascii_digit());
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| numbered && path.extension().is_some_and(|ending| ending == "bylaw"));
        names.extend(files.map(|path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()));
    }
    names.sort();
    assert!(names.len() >= 100);
    let mut editor = Editor::start(&binary(), &root, &[]);
    names.iter().for_each(|name| editor.open(name));
    for name in &names {
        assert!(editor.told(name).iter().all(|told| told["severity"] != 1), "{name}: {:?}", editor.told(name));
    }
    let english = "03-statistics-bureau/2-attendance.bylaw";
    let chinese = "05-leave/请假.bylaw";
    editor.type_over(english, "event leave \"请假\" by staff\n", "event leave \"请假\" by staf\n");
    editor.type_over(chinese, "须 备案 同一 请假单", "须 备安 同一 请假单");
    let (first, second) = (told(&editor.told(english)), told(&editor.told(chinese)));
    assert!(first.contains("there is no register or case called `staf`") && first.contains("did you mean `staff`?"), "{first}");
    assert!(second.contains("没有名为 `备安` 的事件") && second.contains("是否指 `备案`？"), "{second}");
    editor.type_over(english, "event leave \"请假\" by staf\n", "event leave \"请假\" by staff\n");
    editor.type_over(chinese, "须 备安 同一 请假单", "须 备案 同一 请假单");
    let place = editor.place(chinese, "批准人(批准人)", 0);
    assert!(!editor.ask("textDocument/completion", place).as_array().unwrap().is_empty());
    let place = editor.place(chinese, "在范围内\n", 0);
    let hover = editor.ask("textDocument/hover", place.clone());
    let hover = hover["contents"]["value"].as_str().unwrap();
    assert!(hover.contains("**计量**") && hover.contains("类型：是否"), "{hover}");
    let mut place = place;
    place["newName"] = json!("范围之内");
    let edit = editor.ask("textDocument/rename", place);
    let changed = editor.changed(&edit);
    assert!(changed[chinese].contains("计量 范围之内 = ") && !changed[chinese].contains("在范围内\n"));
    // A regulation that another one adopts: names are changed in both.
    let mut place = editor.place(english, "late \"迟到\"", 0);
    place["newName"] = json!("came_late");
    let answer = editor.answer("textDocument/rename", place);
    assert!(answer.get("error").is_none(), "{answer}");
    let document = json!({ "textDocument": { "uri": editor.uri(chinese) }, "options": { "tabSize": 2, "insertSpaces": true } });
    let edits = editor.ask("textDocument/formatting", document);
    assert!(edited_is_formatted(&editor, chinese, &edits));
    assert!(editor.end().success());
}

fn edited_is_formatted(editor: &Editor, name: &str, edits: &Value) -> bool {
    let text = editor.edited(name, edits.as_array().unwrap());
    let place = Place::with(&[("x.bylaw", &text)]);
    place.bylaw(&["fmt", "--check", "x.bylaw"]).code == 0
}
