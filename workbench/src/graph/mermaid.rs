//! The diagram as a Mermaid flowchart, as Markdown pages show them between ` ```mermaid ` and ` ``` `.

use super::flow::{Edge, Flow, Node, NodeKind, Outline};
use super::tree::Diagram;
use super::words;

/// The longest line of a label, in characters.
const LINE: usize = 48;

/// How what was said, what can come, and what has no text looks.
const CLASSES: &str = "  classDef said fill:#dafbe1,color:#24292f
  classDef possible stroke:#0969da,stroke-width:3px
  classDef point fill:#57606a,stroke:#57606a
  classDef many stroke-width:3px
  classDef dashed stroke-dasharray:5 4
";

/// The flowchart.
pub(super) fn write(diagram: &Diagram) -> String {
    let flow = Flow::of(diagram);
    let title = match &diagram.standing {
        Some(standing) => format!("{} \u{2013} {standing}", diagram.title),
        None => diagram.title.clone(),
    };
    // A JSON text is a YAML one.
    let title = serde_json::Value::from(title);
    let mut out = format!("---\ntitle: {title}\n---\nflowchart TB\n");
    group(&flow, None, 1, &mut out);
    for edge in &flow.edges {
        out.push_str(&arrow(edge));
    }
    out.push_str(CLASSES);
    for (number, group) in flow.groups.iter().enumerate() {
        match group.outline {
            Outline::Many => out.push_str(&format!("  class g{number} many\n")),
            Outline::Dashed => out.push_str(&format!("  class g{number} dashed\n")),
            Outline::Single => {}
        }
    }
    out
}

/// An edge; a dotted one leaves a subgraph as a whole.
fn arrow(edge: &Edge) -> String {
    let to = edge.to;
    let label = quoted(std::slice::from_ref(&edge.label));
    match (edge.leaves, edge.label.is_empty()) {
        (None, true) => format!("  n{} --> n{to}\n", edge.from),
        (None, false) => format!("  n{} -- {label} --> n{to}\n", edge.from),
        (Some(group), true) => format!("  g{group} -.-> n{to}\n"),
        (Some(group), false) => format!("  g{group} -. {label} .-> n{to}\n"),
    }
}

/// The nodes and groups directly in a group, or in none.
fn group(flow: &Flow<'_>, of: Option<usize>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (number, node) in flow.nodes.iter().enumerate().filter(|(_, node)| node.group == of) {
        out.push_str(&format!("{indent}n{number}{}\n", shape(node)));
    }
    for (number, inner) in flow.groups.iter().enumerate().filter(|(_, inner)| inner.within == of) {
        // A heading must not be empty.
        let heading = if inner.heading.is_empty() { " " } else { &inner.heading };
        let heading = quoted(&[heading.to_owned()]);
        out.push_str(&format!("{indent}subgraph g{number}[{heading}]\n"));
        group(flow, Some(number), depth + 1, out);
        out.push_str(&format!("{indent}end\n"));
    }
}

fn shape(node: &Node<'_>) -> String {
    let leaf = match &node.kind {
        NodeKind::Start => return "((\" \")):::point".into(),
        NodeKind::End => return "(((\" \"))):::point".into(),
        NodeKind::Point => return "((\" \")):::point".into(),
        NodeKind::Bar => return format!("[{}]", quoted(&[words::INTERLEAVED.to_owned()])),
        NodeKind::Message(leaf) => leaf,
    };
    let label = quoted(&words::lines(leaf, LINE));
    let mut shape =
        if leaf.deadline.is_some() { format!("([{label}])") } else { format!("[{label}]") };
    // One class can be given so; who can come now is the more urgent.
    if let Some(mark) = &leaf.mark {
        match (&mark.possible, mark.said) {
            (Some(_), _) => shape.push_str(":::possible"),
            (None, 0) => {}
            (None, _) => shape.push_str(":::said"),
        }
    }
    shape
}

/// Lines as a label. Mermaid reads HTML and its own `#entities;` in it, and Markdown between back-ticks.
fn quoted(lines: &[String]) -> String {
    let escape = |line: &String| {
        let mut out = String::new();
        for c in line.chars() {
            match c {
                '"' => out.push_str("#quot;"),
                '<' => out.push_str("#lt;"),
                '>' => out.push_str("#gt;"),
                '&' => out.push_str("#amp;"),
                '#' | '`' | '\\' => out.push_str(&format!("#{};", u32::from(c))),
                c => out.push(c),
            }
        }
        out
    };
    format!("\"{}\"", lines.iter().map(escape).collect::<Vec<_>>().join("<br/>"))
}
