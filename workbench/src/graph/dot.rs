//! The diagram in Graphviz's DOT language: `mundi graph x.conv --format dot | dot -Tsvg`.

use super::flow::{Edge, Flow, Node, NodeKind, Outline};
use super::tree::{Diagram, Leaf};
use super::words;

/// The longest line of a label, in characters.
const LINE: usize = 60;

/// The graph.
pub(super) fn write(diagram: &Diagram) -> String {
    let flow = Flow::of(diagram);
    let title = match &diagram.standing {
        Some(standing) => quoted(&[diagram.title.clone(), words::cut(standing, LINE)]),
        None => quoted(std::slice::from_ref(&diagram.title)),
    };
    let mut out = format!(
        "digraph {} {{\n  graph [label={title}, labelloc=t, compound=true, fontname=\"sans-serif\"]\n  \
         node [shape=box, style=rounded, fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\"]\n",
        quoted(std::slice::from_ref(&diagram.name))
    );
    group(&flow, None, 1, &mut out);
    for edge in &flow.edges {
        out.push_str(&arrow(edge));
    }
    out.push_str("}\n");
    out
}

/// An edge. Nodes are numbered as one follows them; a way back is written the other way round, or Graphviz
/// would draw what is early below what is late.
fn arrow(edge: &Edge) -> String {
    let back = edge.to < edge.from;
    let (from, to) = if back { (edge.to, edge.from) } else { (edge.from, edge.to) };
    let label = (!edge.label.is_empty())
        .then(|| format!("label={}", quoted(std::slice::from_ref(&edge.label))));
    let leaves = edge.leaves.map(|group| format!("ltail=cluster_{group}, style=dashed"));
    let attributes: Vec<String> =
        label.into_iter().chain(leaves).chain(back.then(|| "dir=back".to_owned())).collect();
    let attributes = match attributes.is_empty() {
        true => String::new(),
        false => format!(" [{}]", attributes.join(", ")),
    };
    format!("  n{from} -> n{to}{attributes}\n")
}

/// The nodes and groups directly in a group, or in none.
fn group(flow: &Flow<'_>, of: Option<usize>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (number, node) in flow.nodes.iter().enumerate().filter(|(_, node)| node.group == of) {
        out.push_str(&format!("{indent}n{number} [{}]\n", attributes(node)));
    }
    for (number, inner) in flow.groups.iter().enumerate().filter(|(_, inner)| inner.within == of) {
        let style = match inner.outline {
            Outline::Many => "rounded\" peripheries=\"2",
            Outline::Single => "rounded",
            Outline::Dashed => "rounded,dashed",
        };
        let heading = quoted(std::slice::from_ref(&inner.heading));
        out.push_str(&format!(
            "{indent}subgraph cluster_{number} {{\n{indent}  graph [label={heading} style=\"{style}\"]\n"
        ));
        group(flow, Some(number), depth + 1, out);
        out.push_str(&format!("{indent}}}\n"));
    }
}

fn attributes(node: &Node<'_>) -> String {
    match &node.kind {
        NodeKind::Start => {
            "shape=circle, label=\"\", width=0.2, style=filled, fillcolor=black".into()
        }
        NodeKind::End => {
            "shape=doublecircle, label=\"\", width=0.15, style=filled, fillcolor=black".into()
        }
        NodeKind::Point => "shape=point".into(),
        NodeKind::Bar => {
            "shape=box, label=\"\", width=1, height=0.06, style=filled, fillcolor=black".into()
        }
        NodeKind::Message(leaf) => message(leaf),
    }
}

fn message(leaf: &Leaf) -> String {
    let mut styles = vec!["rounded"];
    if leaf.deadline.is_some() {
        styles.push("dashed");
    }
    let mut more = String::new();
    if let Some(mark) = &leaf.mark {
        if mark.said > 0 {
            styles.push("filled");
            more.push_str(", fillcolor=\"#dafbe1\"");
        }
        if mark.possible.is_some() {
            more.push_str(", color=\"#0969da\", penwidth=3");
        }
    }
    let label = quoted(&words::lines(leaf, LINE));
    format!("label={label}, style=\"{}\"{more}", styles.join(","))
}

/// Lines as a quoted string. Graphviz reads backslashes and entities in it.
fn quoted(lines: &[String]) -> String {
    let escape =
        |line: &String| line.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    format!("\"{}\"", lines.iter().map(escape).collect::<Vec<_>>().join("\\n"))
}
