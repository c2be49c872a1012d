//! The small questions: `have`, `info`; and those of peers: `list`, `take`.

use std::sync::Arc;

use mundi_transport::limits as wire;
use mundi_transport::wire::{Had, Have, Info, List, Listed, ListedRow, Take, Taken, Wire};

use super::{Refused, Request, Service, User, bad};
use crate::notice::notices;

impl Service {
    pub(super) async fn have(&self, request: &Request) -> Result<(), Refused> {
        let have = Have::from_bytes(&request.payload).map_err(bad)?;
        let had = {
            let index = self.store.swept();
            Had(have.0.iter().map(|hash| u8::from(index.has(hash))).collect())
        };
        self.answer(&request.reply, had.to_bytes()).await;
        Ok(())
    }

    pub(super) async fn info(&self, request: &Request) -> Result<(), Refused> {
        if !request.payload.is_empty() {
            return Err(bad("`info` asks for nothing"));
        }
        let info = Info {
            name: self.settings.name.clone(),
            key: self.broker.into(),
            store: self.store.name().into(),
            now: self.store.now(),
            admission: self.settings.admission.name().into(),
            users: self.counts.users.get(),
            bits: self.settings.stamp_bits,
            keeps: self.settings.keeps(),
            peers: self.settings.peers.iter().map(|peer| peer.address.clone()).collect(),
            // A file of notices that cannot be read is the operator's trouble, not the user's.
            notices: notices(&self.folder).unwrap_or_default(),
        };
        self.answer(&request.reply, info.to_bytes()).await;
        Ok(())
    }

    pub(super) async fn list(&self, user: User, request: &Request) -> Result<(), Refused> {
        let List { after } = List::from_bytes(&request.payload).map_err(bad)?;
        let (rows, last) = self.store.index().list(after, &user, wire::LIST_ROWS);
        let row = |(number, row): (u64, crate::store::Row)| {
            ListedRow::new(number, row.mailbox, row.hash, row.size, row.origin)
        };
        let rows = rows.into_iter().map(row).collect();
        let listed = Listed { store: self.store.name().into(), rows, last };
        self.answer(&request.reply, listed.to_bytes()).await;
        Ok(())
    }

    /// As many as fit into one answer, in the order in which they are asked for.
    pub(super) fn take(self: &Arc<Self>, request: &Request) -> Result<(), Refused> {
        let take = Take::from_bytes(&request.payload).map_err(bad)?;
        let (service, reply) = (Arc::clone(self), request.reply.clone());
        tokio::spawn(async move {
            let Ok(_turn) = service.reading.acquire().await else { return };
            let (mut taken, mut bytes) = (Taken(Vec::new()), wire::PARCEL_OVERHEAD);
            for number in take.0 {
                let row = service.store.index().row(number).copied();
                let Some(row) = row else { continue };
                let Some(parcel) = service.store.parcel(number).await else { continue };
                bytes += parcel.envelope().len() + wire::PARCEL_OVERHEAD;
                if bytes > wire::MESSAGE_BYTES {
                    break;
                }
                taken.0.push((parcel, row.origin.into(), number));
            }
            service.answer(&reply, taken.to_bytes()).await;
        });
        Ok(())
    }
}
