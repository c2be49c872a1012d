//! Quick fixes: what a diagnostic's help says, as an edit.

use lsp_types::{CodeAction, CodeActionKind, CodeActionParams};

use super::rename::edit_of;
use crate::findings::{findings, meets, shown};
use crate::text::Lines;
use crate::uri;
use crate::world::World;

/// The fixes of what is wrong in a range.
#[must_use]
pub fn fixes(world: &World, asked: &CodeActionParams) -> Vec<CodeAction> {
    let wanted = asked.context.only.as_ref();
    if wanted.is_some_and(|kinds| !kinds.iter().any(covers)) {
        return Vec::new();
    }
    let path = uri::path(&asked.text_document.uri);
    let Ok(text) = world.text(&path) else { return Vec::new() };
    let lines = Lines::new(&text, world.encoding);
    let found = findings(world).remove(&path).unwrap_or_default();
    let here = found.iter().filter(|d| meets(lines.range(d.span), asked.range));
    let action = |finding: &mundi_lang::Diagnostic| {
        let fix = finding.fix.as_ref()?;
        let range = lines.range(fix.span);
        let edit = edit_of(world, [(path.as_path(), range, fix.text.clone())])?;
        Some(CodeAction {
            title: title(&fix.text, text.get(fix.span.range()).unwrap_or("")),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![shown(world, &path, &text, finding)]),
            edit: Some(edit),
            is_preferred: Some(true),
            ..CodeAction::default()
        })
    };
    here.filter_map(action).collect()
}

/// Whether quick fixes are of a kind: kinds are paths, and a path covers those below it.
fn covers(kind: &CodeActionKind) -> bool {
    kind.as_str().is_empty() || *kind == CodeActionKind::QUICKFIX
}

fn title(new: &str, old: &str) -> String {
    match (new, old) {
        (new, "") => format!("insert `{new}`"),
        ("", old) => format!("take `{old}` out"),
        (new, old) => format!("write `{new}` instead of `{old}`"),
    }
}
