//! Everybody's agents seal, as they would by themselves: for the certificate of a rehearsal.

use mundi_engine::draft::Draft;
use mundi_engine::entry;
use mundi_engine::sealing::{Clocks, Next, Waits};
use mundi_identity::DeviceKey;

use super::{Rehearsal, SECOND, unsigned};

impl Rehearsal {
    /// Lets the sealers' agents do all that they would do, a second each, and gives the certificate of what
    /// is then final. Who is asked about an entry that is left out agrees.
    pub fn certificate(&mut self) -> Option<Vec<u8>> {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        let mut moved = true;
        while moved && !self.replica.is_final() {
            moved = false;
            for name in &names {
                moved |= self.seal_of(name);
            }
        }
        self.replica.certificate(&[]).map(|certificate| certificate.encode())
    }

    /// What one person's agent does next; whether it did anything.
    fn seal_of(&mut self, name: &str) -> bool {
        let key = DeviceKey::rehearsal(&self.title, name, "");
        let now = unsigned(self.clock.saturating_add(SECOND));
        let clocks = Clocks { now, outcome: 0, seal: 0 };
        let draft = match self.replica.next_seal(&key.public(), &clocks, &Waits::NONE) {
            Next::Nothing | Next::Wait(_) => return false,
            Next::Acknowledge => self.replica.acknowledge(key.public(), now),
            Next::Seal(intent) | Next::Ask(intent, _) => self.replica.seal(&intent, &key, now),
        };
        self.clock = self.clock.saturating_add(SECOND);
        self.put(&draft, &key)
    }

    fn put(&mut self, draft: &Draft, key: &DeviceKey) -> bool {
        let Ok(verified) = draft.sign(key).and_then(entry::verify) else { return false };
        self.replica.insert(verified);
        self.replica.advance();
        true
    }
}
