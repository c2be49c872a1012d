//! The certificate of what is final in a log (`spec/outcome.md`, "The certificate").

use std::collections::BTreeMap;

use mundi_identity::cose_sign::{Sign, Signature};

use super::Finality;
use super::seals::Row;
use crate::outcome::certificate::Certificate;
use crate::outcome::{CONTENT_TYPE, OutcomeHash, Payload, SealBody};
use crate::replica::Replica;
use crate::verdict::Verdict;

impl Replica {
    /// The certificate, with revocations that are known of (encoded; those of the log among them), if one
    /// outcome is final, and the bytes of its entries are at hand.
    #[must_use]
    pub fn certificate(&self, revocations: &[Vec<u8>]) -> Option<Certificate> {
        let Finality::Final(found) = self.finality() else { return None };
        let seals: Vec<&Row> = self.counting().filter(|row| row.round == found.round).collect();
        let of_it: Vec<&Row> = seals.into_iter().filter(|row| row.outcome == found.hash).collect();
        // Of one that is valid: of who has sealed the round twice, the second is judged by nobody.
        let valid = of_it.iter().find(|row| row.verdict == Some(Verdict::Accepted))?;
        let signatures = of_it.iter().map(|row| self.signature(row)).collect::<Option<Vec<_>>>()?;
        let mut revocations = revocations.to_vec();
        revocations.sort();
        revocations.dedup();
        Some(Certificate {
            payload: Payload {
                basis: (*self.basis).clone(),
                round: found.round,
                outcome: found.outcome,
            },
            signatures,
            open: self.entry_bytes(&self.conversation)?,
            justification: self.justification(valid)?,
            revocations,
        })
    }

    fn counting(&self) -> impl Iterator<Item = &Row> {
        self.seals.rows().iter().filter(|row| row.counts())
    }

    fn signature(&self, row: &Row) -> Option<Signature> {
        let world = self.sandbox().world();
        let body = world.log.body(row.index)?;
        SealBody::read(&body).ok()?.map(|seal| seal.signature)
    }

    /// For each round below a seal's, the seals that lead to the next: those in the past of one seal of that
    /// next round, from the last round down.
    fn justification(&self, seal: &Row) -> Option<Vec<Vec<Sign>>> {
        let mut rounds = Vec::new();
        let mut above = seal.clone();
        while let Some(round) = above.round.checked_sub(1) {
            let past: Vec<&Row> = self
                .seals
                .under(above.index)
                .filter(|row| row.round == round && row.counts())
                .collect();
            rounds.push(self.signs(round, &past)?);
            // Its author has sealed the round before, too.
            let own = |row: &&Row| row.sealer == above.sealer;
            let own: Vec<&Row> = past.into_iter().filter(own).collect();
            above =
                own.iter().find(|row| row.verdict == Some(Verdict::Accepted))?.to_owned().clone();
        }
        rounds.reverse();
        Some(rounds)
    }

    /// The seals of a round, by what they seal, sorted by payload.
    fn signs(&self, round: u32, rows: &[&Row]) -> Option<Vec<Sign>> {
        let mut by: BTreeMap<OutcomeHash, Vec<Signature>> = BTreeMap::new();
        for row in rows {
            by.entry(row.outcome).or_default().push(self.signature(row)?);
        }
        let mut signs = Vec::new();
        for (hash, signatures) in by {
            let outcome = &self.seals.outcome(&hash)?.outcome;
            let payload = self.basis.payload(round, outcome);
            signs.push(Sign { content_type: CONTENT_TYPE, payload, signatures });
        }
        signs.sort_by(|a, b| a.payload.cmp(&b.payload));
        Some(signs)
    }
}
