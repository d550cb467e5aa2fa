//! Elements → decisions and types, as DMN has them.

use super::xml::Element;
use crate::diagnostics::Say;

/// A file.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) decisions: Vec<Decision>,
    /// Names and types of input data.
    pub(super) inputs: Vec<(String, Option<String>)>,
    /// Names of types, what they rest on, and the values they allow.
    pub(super) types: Vec<(String, Option<String>, Option<String>)>,
    /// Business knowledge models and services: sort and name.
    pub(super) others: Vec<(&'static str, &'static str, String)>,
}

/// A decision.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) id: String,
    pub(super) name: String,
    /// The name under which others read it.
    pub(super) variable: String,
    pub(super) type_ref: Option<String>,
    /// Ids of the decisions that it reads.
    pub(super) reads: Vec<String>,
    /// Its table; else what it is instead.
    pub(super) table: Result<DecisionTable, String>,
}

/// A decision table.
#[derive(Debug, Clone)]
pub(super) struct DecisionTable {
    /// `UNIQUE`, `FIRST`, ….
    pub(super) hit: String,
    pub(super) aggregation: Option<String>,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    pub(super) rules: Vec<Rule>,
}

/// A column of conditions.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) label: Option<String>,
    pub(super) expression: String,
    pub(super) type_ref: Option<String>,
    pub(super) values: Option<String>,
}

/// A column of outcomes.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) label: Option<String>,
    pub(super) name: Option<String>,
    pub(super) type_ref: Option<String>,
    pub(super) values: Option<String>,
    pub(super) default: Option<String>,
}

/// A rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    /// Description and annotations.
    pub(super) note: String,
}

/// Namespaces of the versions that are read.
const VERSIONS: [&str; 3] = ["spec/DMN/20191111/", "spec/DMN/20211108/", "spec/DMN/20230324/"];

/// The decisions of a file.
pub(super) fn file(root: &Element) -> Result<File, Say> {
    if root.name != "definitions" || !root.namespaces().any(|name| name.contains("spec/DMN/")) {
        return Err(Say::new("it is no DMN file", "这不是 DMN 文件"));
    }
    if !root.namespaces().any(|name| VERSIONS.iter().any(|version| name.contains(version))) {
        return Err(Say::new("it is not DMN 1.3, 1.4 or 1.5", "版本不是 DMN 1.3、1.4 或 1.5"));
    }
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let named = |element: &Element| element.get("name").or_else(|| element.get("id")).unwrap_or_default().to_owned();
    let mut file = File { name: named(root), ..File::default() };
    for child in &root.children {
        match child.name.as_str() {
            "decision" => file.decisions.push(decision(child, &file.decisions)),
            "inputData" => {
                let variable = child.first("variable");
                let name = variable.and_then(|variable| variable.get("name")).map_or_else(|| named(child), str::to_owned);
                file.inputs.push((name, owned(variable.and_then(|variable| variable.get("typeRef")))));
            }
            "itemDefinition" => {
                let rests_on = child.first("typeRef").map(|of| of.text.trim().to_owned()).filter(|_| child.get("isCollection") != Some("true"));
                file.types.push((named(child), rests_on, child.first("allowedValues").map(Element::said)));
            }
            "businessKnowledgeModel" => file.others.push(("business knowledge model", "业务知识模型", named(child))),
            "decisionService" => file.others.push(("decision service", "决策服务", named(child))),
            _ => {}
        }
    }
    Ok(file)
}

fn decision(element: &Element, before: &[Decision]) -> Decision {
    let name = element.get("name").or_else(|| element.get("id")).unwrap_or_default().to_owned();
    let variable = element.first("variable");
    let reads = element.all("informationRequirement").filter_map(|requirement| requirement.first("requiredDecision")?.get("href"));
    let forms = ["literalExpression", "context", "relation", "list", "invocation", "functionDefinition", "conditional", "for", "every", "some", "filter"];
    let table = match element.first("decisionTable") {
        Some(table) => Ok(decision_table(table)),
        None => Err(element.children.iter().find(|child| forms.contains(&child.name.as_str())).map_or_else(|| "nothing".to_owned(), |child| child.name.clone())),
    };
    Decision {
        id: element.get("id").map_or_else(|| format!("#{}", before.len()), str::to_owned),
        variable: variable.and_then(|variable| variable.get("name")).unwrap_or(&name).to_owned(),
        type_ref: variable.and_then(|variable| variable.get("typeRef")).map(str::to_owned),
        reads: reads.map(|href| href.rsplit('#').next().unwrap_or(href).to_owned()).collect(),
        name,
        table,
    }
}

fn decision_table(element: &Element) -> DecisionTable {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let said = |element: &Element, name: &str| element.first(name).map(Element::said).filter(|said| !said.is_empty());
    let inputs = element.all("input").map(|input| {
        let expression = input.first("inputExpression");
        Input {
            label: owned(input.get("label")),
            expression: expression.map(Element::said).unwrap_or_default(),
            type_ref: owned(expression.and_then(|expression| expression.get("typeRef"))),
            values: said(input, "inputValues"),
        }
    });
    let outputs = element.all("output").map(|output| Output {
        label: owned(output.get("label")),
        name: owned(output.get("name")),
        type_ref: owned(output.get("typeRef")),
        values: said(output, "outputValues"),
        default: said(output, "defaultOutputEntry"),
    });
    let rules = element.all("rule").map(|rule| {
        let description = rule.first("description").map(|description| description.text.clone());
        let notes = description.into_iter().chain(rule.all("annotationEntry").map(Element::said));
        let notes: Vec<String> = notes.map(|note| note.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|note| !note.is_empty()).collect();
        Rule { inputs: rule.all("inputEntry").map(Element::said).collect(), outputs: rule.all("outputEntry").map(Element::said).collect(), note: notes.join("; ") }
    });
    DecisionTable {
        hit: element.get("hitPolicy").unwrap_or("UNIQUE").to_owned(),
        aggregation: owned(element.get("aggregation")),
        inputs: inputs.collect(),
        outputs: outputs.collect(),
        rules: rules.collect(),
    }
}
