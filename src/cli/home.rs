//! The options that all commands with a home share, and how a home is opened with them.

use std::path::PathBuf;

use mundi_identity::pgp::PgpError;
use mundi_node::agent::AgentError;
use mundi_node::home::{Home, HomeError};
use mundi_node::key_file::KeyFileError;
use mundi_node::passphrase::{Passphrase, PassphraseError, Question, Source, Wishes};
use mundi_node::place::{Place, PlaceError, Surroundings};
use mundi_node::secret_file::SecretFileError;
use mundi_node::store::{Store, StoreError};
use mundi_node::unlock::{GnuPgKeyring, Keyring, UnlockError, Unlocked};
use mundi_node::{hygiene, unlock};

use crate::screen::Screen;
use crate::stop::Stop;

/// Which home, and how its passphrase is given. Flattened into the arguments of a command.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct HomeArguments {
    /// The folder of the home; else MUNDI_HOME, else `mundi` in the XDG data folder.
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub home: Option<PathBuf>,
    /// Read the passphrase from this open descriptor: its first line.
    #[arg(long, global = true, value_name = "N", conflicts_with = "pinentry")]
    pub passphrase_fd: Option<i32>,
    /// Ask for the passphrase in a window: `pinentry`, or the program in MUNDI_PINENTRY.
    #[arg(long, global = true)]
    pub pinentry: bool,
    /// Say how far secrets are protected on this machine.
    #[arg(long, global = true)]
    pub verbose: bool,
}

impl HomeArguments {
    /// How the passphrase is to be asked.
    #[must_use]
    pub fn wishes(&self) -> Wishes {
        Wishes { descriptor: self.passphrase_fd, pinentry: self.pinentry }
    }

    /// What holds keys that no home has: GnuPG.
    #[must_use]
    pub fn keyring(&self) -> Box<dyn Keyring> {
        Box::new(GnuPgKeyring::default())
    }

    /// Protects this process, once; before anything secret is touched.
    pub fn harden(&self, screen: &Screen) {
        let hygiene = hygiene::harden();
        if self.verbose {
            for line in hygiene.report() {
                screen.note(&format!("mundi: {line}\n"));
            }
        }
    }

    /// The home that is there, whether locked or not.
    ///
    /// # Errors
    /// There is none, or it is not ours.
    pub fn place(&self, screen: &Screen) -> Result<Place, Stop> {
        self.harden(screen);
        let place = Place::open(self.home.as_deref(), &Surroundings::of_process());
        noted(place.map_err(|e| of_place(&e))?, screen)
    }

    /// The folder of a new home.
    ///
    /// # Errors
    /// A home is there already, or the folder cannot be made.
    pub fn new_place(&self, screen: &Screen) -> Result<Place, Stop> {
        self.harden(screen);
        let place = Place::make(self.home.as_deref(), &Surroundings::of_process());
        let place = place.map_err(|e| of_place(&e))?;
        if place.is_home() {
            let shown = place.folder().display();
            return Err(Stop::Usage(format!(
                "there is a home at {shown} already; name another with `--home DIR`"
            )));
        }
        noted(place, screen)
    }

    /// The home, unlocked: by its agent, else by asking for the passphrase.
    ///
    /// # Errors
    /// There is no home; the passphrase is wrong; a file is missing or damaged.
    pub fn unlock(&self, screen: &Screen) -> Result<(Place, Unlocked), Stop> {
        let place = self.place(screen)?;
        let unlocked = unlock::unlock(&place, self.wishes(), self.keyring().as_ref());
        Ok((place, unlocked.map_err(|e| of_unlock(&e, screen))?))
    }

    /// A new passphrase, asked twice, for what is made. `why` is a sentence for whom is asked.
    ///
    /// # Errors
    /// It is empty or too short, the two differ, or nobody can be asked.
    pub fn new_passphrase(&self, why: &str, screen: &Screen) -> Result<Passphrase, Stop> {
        let asked = Source::choose(self.wishes()).and_then(|source| source.ask_new(why));
        asked.map_err(|e| of_unlock(&e.into(), screen))
    }

    /// The passphrase of something else than the home: of a key that is imported, say. From a
    /// descriptor it is the next line.
    ///
    /// # Errors
    /// Nobody can be asked, or there is no answer.
    pub fn passphrase(&self, question: &Question<'_>, screen: &Screen) -> Result<Passphrase, Stop> {
        let asked = Source::choose(self.wishes()).and_then(|source| source.ask(question));
        asked.map_err(|e| of_unlock(&e.into(), screen))
    }

    /// The home, unlocked and open.
    ///
    /// # Errors
    /// As [`HomeArguments::unlock`]; the database does not open.
    pub fn enter(&self, screen: &Screen) -> Result<Home, Stop> {
        let (place, unlocked) = self.unlock(screen)?;
        let store = Store::open(&place.database(), &unlocked.db_key);
        let store = store.map_err(|e| of_home(e.into(), screen))?;
        Ok(Home::of(store, Box::new(unlocked.keyholder)))
    }

    /// The home, unlocked by asking, also where an agent runs: for what needs the secret key
    /// itself (exporting it), or its owner's will (purging everything).
    ///
    /// # Errors
    /// As [`HomeArguments::unlock`].
    pub fn unlock_by_asking(&self, screen: &Screen) -> Result<(Place, Unlocked), Stop> {
        let place = self.place(screen)?;
        let unlocked = unlock::by_asking(&place, self.wishes(), self.keyring().as_ref());
        Ok((place, unlocked.map_err(|e| of_unlock(&e, screen))?))
    }
}

/// What a home refuses: the disk's and the machine's doing, a wrong use, or an answer: no.
#[allow(clippy::needless_pass_by_value, reason = "it stands at the end of every `map_err`")]
pub(super) fn of_home(error: HomeError, screen: &Screen) -> Stop {
    let text = error.to_string();
    match error {
        HomeError::Store(
            StoreError::Exists(_) | StoreError::NotFound(_) | StoreError::TooLong { .. },
        )
        | HomeError::NoSuchPerson { .. }
        | HomeError::Ambiguous(..)
        | HomeError::NoSuchConversation(_)
        | HomeError::NoDevice(_)
        | HomeError::Open(_) => Stop::Usage(text),
        HomeError::Store(_) | HomeError::Chance(_) | HomeError::ClockBehind(_) => {
            Stop::Environment(text)
        }
        _ => {
            screen.note(&format!("mundi: {text}\n"));
            Stop::No
        }
    }
}

fn noted(place: Place, screen: &Screen) -> Result<Place, Stop> {
    for note in place.notes() {
        screen.note(&format!("mundi: {note}\n"));
    }
    Ok(place)
}

/// A home that is not there is a wrong use; what the disk does is not.
pub(super) fn of_place(error: &PlaceError) -> Stop {
    match error {
        PlaceError::Disk(..) => Stop::Environment(error.to_string()),
        _ => Stop::Usage(error.to_string()),
    }
}

/// The same for unlocking: what its person did, and what the machine did. A passphrase or a key
/// that does not open this home is an answer, which is shown here: no.
pub(super) fn of_unlock(error: &UnlockError, screen: &Screen) -> Stop {
    use PassphraseError::{Descriptor, NoPinentry, Nobody, Pinentry, Terminal};
    let text = error.to_string();
    match error {
        UnlockError::NoHome(_)
        | UnlockError::Passphrase(Nobody | NoPinentry | Descriptor { .. }) => Stop::Usage(text),
        UnlockError::Passphrase(Terminal(_) | Pinentry { .. }) => Stop::Environment(text),
        UnlockError::Passphrase(_)
        | UnlockError::Key(KeyFileError::Passphrase)
        | UnlockError::Keyring(PgpError::Passphrase)
        | UnlockError::Secret(SecretFileError::NotForThisKey(_)) => {
            screen.note(&format!("mundi: {text}\n"));
            Stop::No
        }
        UnlockError::Key(_)
        | UnlockError::Secret(_)
        | UnlockError::Keyring(_)
        | UnlockError::Agent(_) => Stop::Environment(text),
    }
}

/// The agent fails: the machine's doing.
pub(super) fn of_agent(error: &AgentError) -> Stop {
    Stop::Environment(error.to_string())
}
