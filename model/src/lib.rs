//! The rule of finality, explored state by state.
//!
//! Members of a conversation seal an outcome; q seals of one round make it final. Where they seal
//! different ones, they go on to another round. What a member seals there is *rule P*
//! ([`rule`]): it leaves a round when it has heard seals of q members in it, none has q, and at most
//! one outcome can still reach q; then it seals that one, or if there is none, the one with most
//! seals. The rule claims four things, and this crate looks whether they are so:
//!
//! - *accountability*: two final outcomes prove that a named person sealed twice in one round, for
//!   every q > n/2;
//! - *tolerance*: f who seal twice cannot cause it, if 3q > 2n + 2f;
//! - *liveness*: once the network has healed, and s members are silent, an outcome becomes final,
//!   if q ≤ n − s and 2q > n + s;
//! - *waiting*: otherwise it may stay open, but then the silent can end that.
//!
//! The argument for each is in `spec/outcome-argument.md`. It is short, and could be wrong; so every
//! state of small conversations is visited, and the answers are compared with the closed forms.
//!
//! What is explored is a *reduced* model. What a member has heard is not part of the state: it is
//! chosen when the member moves, among all subsets of the seals that exist ([`hearing`]). That loses
//! nothing, as hearing only grows and matters only then; and adds nothing, as any subset can be
//! what has arrived. Members have no names ([`counts`]): two with the same last seal have the same
//! future. Liars have no state: all that they could ever sign is taken as signed. An honest
//! member's first seal is arbitrary: that stands for every late, back-dated or withheld entry.
//! Outcomes keep their names, as the rule prefers the smaller of two that tie.
//!
//! Each reduction is checked where it is small enough: against members with names ([`plain`]),
//! against deliveries one by one ([`messages`]), and against seals that remember their past
//! ([`pasts`]).
//!
//! Read [`rule`], [`hearing`], [`counts`], [`explore`], [`finals`]; then [`healing`]. Rules that were
//! left out are in [`variants`], each with the shortest way in which it breaks.
//!
//! Nothing here is used by the engine; it is the same rule, written a second time, and as short as
//! it can be.

#![forbid(unsafe_code)]

pub mod limits;
pub mod setting;

pub mod counts;
pub mod explore;
pub mod hearing;
pub mod rule;
pub mod seen;

pub mod check;
pub mod closed;
pub mod finals;
pub mod healed;
pub mod healing;
pub mod table;

pub mod messages;
pub mod pasts;
pub mod plain;

pub mod roles;
pub mod story;
pub mod variants;
pub mod witness;
