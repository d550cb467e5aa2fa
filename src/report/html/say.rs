//! What the page says itself, in both tongues. The template names these texts, the scripts get them with the data.

use crate::diagnostics::Tongue;
use crate::report::words::pick;
use std::collections::BTreeMap;

/// Name, English, Chinese; `#` is where a number goes, `%` another text.
const TEXTS: &[(&str, &str, &str)] = &[
    ("title", "Audit report", "审计报告"),
    ("skip", "Skip to the verdicts", "跳到判定列表"),
    ("contents", "Contents", "目录"),
    ("overview", "Overview", "概览"),
    ("charts", "Month by month", "逐月情况"),
    ("verdicts", "Verdicts", "判定"),
    ("statements", "Statements", "结算单"),
    ("timeline", "Timeline", "时间线"),
    ("remarks", "Records and remarks", "记录与说明"),
    ("noscript", "The list of verdicts, the statements and the charts need JavaScript, which is switched off here. Nothing would be fetched.", "判定列表、结算单和图表需要 JavaScript，目前已被禁用。本页不会访问网络。"),
    ("filters", "Filters", "筛选"),
    ("filters_hint", "They apply to verdicts, charts, statements and the timeline, and stand in the address, so that the view can be passed on.", "筛选同时作用于判定、图表、结算单和时间线，并写入网址，可将当前视图转给他人。"),
    ("search", "Search", "搜索"),
    ("search_hint", "id, person, article, reason", "编号、人员、条款、理由"),
    ("person", "Person or subject", "人员或对象"),
    ("norm", "Norm and article", "规则与条款"),
    ("from", "From", "起"),
    ("to", "To", "止"),
    ("all", "all", "全部"),
    ("clear", "Clear filters", "清除筛选"),
    ("ruling", "Ruling", "判定结果"),
    ("shown", "# of % verdicts", "共 % 项判定，符合 # 项"),
    ("none", "No verdict fits these filters.", "没有符合筛选条件的判定。"),
    ("keys", "Arrow keys move through the list, Enter unfolds, Escape folds.", "上下方向键移动，回车展开，Esc 收起。"),
    ("first", "First", "首页"),
    ("before", "Previous", "上一页"),
    ("after", "Next", "下一页"),
    ("last", "Last", "末页"),
    ("page", "Page # of %", "第 # 页，共 % 页"),
    ("pages", "Pages of", "翻页："),
    ("id", "Verdict", "判定编号"),
    ("rests", "Records it rests on", "所依据的记录"),
    ("more", "and # more", "另有 # 条"),
    ("replaces", "Replaces revision", "取代版本"),
    ("not_final", "not final yet", "尚非最终结论"),
    ("unexplained", "The explanation is not in this file. This command shows it:", "本文件未收录此项说明。用以下命令查看："),
    ("of_person", "Everything of this person", "此人的全部判定"),
    ("of_norm", "Everything under this norm", "此规则的全部判定"),
    ("see_timeline", "Timeline", "时间线"),
    ("see_verdict", "Show the verdict", "查看判定"),
    ("no_statements", "No statement fits these filters.", "没有符合筛选条件的结算单。"),
    ("statements_hint", "By person and month, for the chosen person, months and norm.", "按人员和月份列出，随所选人员、月份和规则变化。"),
    ("statements_shown", "# of % statements", "共 % 份结算单，符合 # 份"),
    ("total", "Total", "合计"),
    ("totals", "Totals of the chosen statements", "所选结算单合计"),
    ("open", "open", "未定"),
    ("month", "Month", "月份"),
    ("kind", "Kind", "类别"),
    ("amount", "Amount", "金额或数量"),
    ("known", "Known amounts, together", "已定金额合计"),
    ("article", "Article", "条款"),
    ("times", "Postings", "笔数"),
    ("open_ones", "open", "其中未定"),
    ("timeline_hint", "Choose a person or subject in the filters: their records and verdicts are shown here in the order of time.", "请在筛选中选择一名人员或一个对象：其记录和判定将按时间顺序列于此处。"),
    ("timeline_of", "Records and verdicts of %", "% 的记录和判定"),
    ("record", "record", "记录"),
    ("per_month", "Verdicts per month", "各月判定数"),
    ("amounts", "% per month", "各月%"),
    ("as_table", "As a table", "以表格显示"),
    ("no_chart", "Nothing to draw.", "无可绘制的内容。"),
    ("print_cut", "Printed are the first # of %; narrow the filters for others.", "仅打印前 # 项，共 % 项；请缩小筛选范围以打印其余各项。"),
];

/// `en` or `zh-Hans`.
pub(super) fn lang(tongue: Tongue) -> &'static str {
    pick(tongue, "en", "zh-Hans")
}

/// The text of that name.
pub(super) fn one(name: &str, tongue: Tongue) -> Option<&'static str> {
    TEXTS.iter().find(|(known, ..)| *known == name).map(|(_, en, zh)| pick(tongue, en, zh))
}

/// All texts.
pub(super) fn all(tongue: Tongue) -> BTreeMap<&'static str, &'static str> {
    TEXTS.iter().map(|(name, en, zh)| (*name, pick(tongue, en, zh))).collect()
}
