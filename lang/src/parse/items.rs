//! Items of a rules file: from pairs to [`Item`].

use crate::code::{Block, Expr};
use crate::grammar::Rule;
use crate::parse::build::{Build, Node, child, children};
use crate::span::{Name, Span, Spanned};
use crate::syntax::{ElseText, Field, Item, ItemKind, PatternSyntax, Quorum, Senders};

impl Build<'_> {
    /// An item; `None` for a pair that is none.
    pub(crate) fn item(&mut self, node: &Node<'_>) -> Option<Item> {
        let span = self.span(node);
        let doc = self.docs.at(span.start as usize);
        Some(Item { doc, kind: self.item_kind(node)?, span })
    }

    fn item_kind(&mut self, node: &Node<'_>) -> Option<ItemKind> {
        let name = self.first_name(node);
        Some(match node.as_rule() {
            Rule::conversation => ItemKind::Conversation { name, title: self.text_of(node) },
            Rule::edition => ItemKind::Edition(self.edition(node)),
            Rule::use_item => self.use_item(node),
            Rule::role => self.role(node, name),
            Rule::overlap => ItemKind::Overlap(self.names_of(node)),
            Rule::terms => ItemKind::Terms(self.fields_of(node)),
            Rule::state => ItemKind::State(self.fields_of(node)),
            Rule::type_item => self.type_item(node, name),
            Rule::message => self.message(node, name),
            Rule::pattern => ItemKind::Pattern(self.pattern_of(node)),
            Rule::stage => self.stage(node, name),
            Rule::seal => self.seal(node),
            Rule::script => self.script(node),
            _ => return self.code_item(node, name),
        })
    }

    fn code_item(&mut self, node: &Node<'_>, name: Name) -> Option<ItemKind> {
        let block = self.block_of(node);
        Some(match node.as_rule() {
            Rule::deadline => ItemKind::Deadline { name, at: block },
            Rule::on_open => ItemKind::OnOpen(block),
            Rule::on => ItemKind::On { messages: self.names_of(node), body: block },
            Rule::allow => ItemKind::Allow {
                messages: self.names_of(node),
                when: block,
                otherwise: self.otherwise(node),
            },
            Rule::consensus => ItemKind::Consensus(block),
            Rule::failure => ItemKind::Failure { when: block, otherwise: self.otherwise(node) },
            Rule::output => ItemKind::Output(block),
            Rule::never => ItemKind::Never { name, when: block },
            Rule::always => ItemKind::Always { name, when: block },
            _ => return None,
        })
    }

    fn edition(&mut self, node: &Node<'_>) -> Spanned<i64> {
        match child(node, Rule::uint) {
            Some(n) => Spanned::new(i64::from(self.count(&n)), self.span(&n)),
            None => Spanned::new(0, self.span(node)),
        }
    }

    fn use_item(&self, node: &Node<'_>) -> ItemKind {
        let mut names = self.names(node).into_iter();
        let missing = || Spanned::new(String::new(), self.span(node));
        let root = names.next().unwrap_or_else(missing);
        ItemKind::Use { root, module: names.next().unwrap_or_else(missing) }
    }

    fn role(&mut self, node: &Node<'_>, name: Name) -> ItemKind {
        let open = child(node, Rule::k_open).map(|n| self.span(&n));
        let cardinality = child(node, Rule::cardinality).map(|n| {
            let span = self.span(&n);
            Spanned::new(self.cardinality(&n), span)
        });
        ItemKind::Role { name, cardinality, open }
    }

    fn cardinality(&mut self, node: &Node<'_>) -> (u32, Option<u32>) {
        let parts = children(node);
        let dots = parts.iter().any(|p| p.as_rule() == Rule::card_dots);
        let mut counts = parts.iter().filter(|p| p.as_rule() == Rule::uint).map(|p| self.count(p));
        let min = counts.next().unwrap_or(0);
        if dots { (min, counts.next()) } else { (min, Some(min)) }
    }

    fn type_item(&mut self, node: &Node<'_>, name: Name) -> ItemKind {
        ItemKind::Type { name, ty: self.optional_type(node) }
    }

    fn message(&mut self, node: &Node<'_>, name: Name) -> ItemKind {
        let by = child(node, Rule::k_anyone).map_or_else(
            || Senders::Roles(self.names_of(node)),
            |n| Senders::Anyone(self.span(&n)),
        );
        ItemKind::Message { name, by, fields: self.fields_of(node) }
    }

    fn seal(&mut self, node: &Node<'_>) -> ItemKind {
        let quorum = children(node).iter().find_map(|n| {
            let quorum = match n.as_rule() {
                Rule::k_all => Quorum::All,
                Rule::k_majority => Quorum::Majority,
                Rule::uint => Quorum::Count(self.count(n)),
                _ => return None,
            };
            Some(Spanned::new(quorum, self.span(n)))
        });
        let quorum = quorum.unwrap_or_else(|| Spanned::new(Quorum::All, self.span(node)));
        ItemKind::Seal { quorum, roles: self.names_of(node) }
    }

    fn stage(&mut self, node: &Node<'_>, name: Name) -> ItemKind {
        let file = self.text_of(node);
        let (mut roles, mut terms) = (Vec::new(), Vec::new());
        for part in child(node, Rule::stage_body).iter().flat_map(children) {
            let given = child(&part, Rule::given).iter().flat_map(children).collect::<Vec<_>>();
            let given = given.iter().filter_map(|one| self.given(one));
            match part.as_rule() {
                Rule::stage_roles => roles.extend(given),
                _ => terms.extend(given),
            }
        }
        ItemKind::Stage { name, file, roles, terms }
    }

    /// `name: expression`
    fn given(&mut self, node: &Node<'_>) -> Option<(Name, Expr)> {
        let name = self.first_name(node);
        Some((name, self.expr(&child(node, Rule::expr)?)))
    }

    fn script(&mut self, node: &Node<'_>) -> ItemKind {
        let functions = children(node);
        let functions = functions.iter().filter(|n| n.as_rule() == Rule::function);
        ItemKind::Script(functions.map(|n| self.function(n)).collect())
    }

    fn names_of(&self, node: &Node<'_>) -> Vec<Name> {
        child(node, Rule::names).map(|n| self.names(&n)).unwrap_or_default()
    }

    fn fields_of(&mut self, node: &Node<'_>) -> Vec<Field> {
        child(node, Rule::fields).map(|n| self.fields(&n)).unwrap_or_default()
    }

    fn pattern_of(&mut self, node: &Node<'_>) -> Spanned<PatternSyntax> {
        let pattern = child(node, Rule::pat).map(|n| self.pattern(&n));
        pattern
            .unwrap_or_else(|| Spanned::new(PatternSyntax::Sequence(Vec::new()), self.span(node)))
    }

    fn otherwise(&mut self, node: &Node<'_>) -> Option<Spanned<ElseText>> {
        let text = child(node, Rule::else_text)?;
        Some(Spanned::new(self.else_text(&text), self.span(&text)))
    }

    fn block_of(&mut self, node: &Node<'_>) -> Block {
        let empty = Block { statements: Vec::new(), tail: None, span: Span::default() };
        child(node, Rule::block).map_or(empty, |n| self.block(&n))
    }
}
