//! Planted mistakes by name: each must be found by some seed.

/// A mistake that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// In the engine.
    #[cfg(feature = "faults")]
    Engine(mundi_engine::faults::Fault),
    /// In a home.
    #[cfg(feature = "faults")]
    Node(mundi_node::faults::Fault),
    /// In the disk: a store that forgets to sync.
    NoSync,
}

/// All of them, by name.
#[cfg(feature = "faults")]
pub const FAULTS: &[(&str, Planted)] = {
    use mundi_engine::faults::Fault as Engine;
    use mundi_node::faults::Fault as Node;
    &[
        ("quorum-too-small", Planted::Engine(Engine::QuorumTooSmall)),
        ("unheard-ignored", Planted::Engine(Engine::UnheardIgnored)),
        ("twice-not-wild", Planted::Engine(Engine::TwiceNotWild)),
        ("twice-dropped", Planted::Engine(Engine::TwiceDropped)),
        ("unjustified-counts", Planted::Engine(Engine::UnjustifiedCounts)),
        ("rounds-skipped", Planted::Engine(Engine::RoundsSkipped)),
        ("sealed-again", Planted::Engine(Engine::SealedAgain)),
        ("wrong-outcome-counts", Planted::Engine(Engine::WrongOutcomeCounts)),
        ("any-cut", Planted::Engine(Engine::AnyCut)),
        ("tie-by-arrival", Planted::Engine(Engine::TieByArrival)),
        ("late-not-rolled-back", Planted::Engine(Engine::LateNotRolledBack)),
        ("stale-checkpoint", Planted::Engine(Engine::StaleCheckpoint)),
        ("rivals-supported", Planted::Engine(Engine::RivalsSupported)),
        ("waiting-counted", Planted::Engine(Engine::WaitingCounted)),
        ("foreign-taken", Planted::Engine(Engine::ForeignTaken)),
        ("said-before-commit", Planted::Node(Node::SaidBeforeCommit)),
        ("seal-before-commit", Planted::Node(Node::SealBeforeCommit)),
        ("restored-seals", Planted::Node(Node::RestoredSeals)),
        ("ahead-taken", Planted::Node(Node::AheadTaken)),
        ("no-sync", Planted::NoSync),
    ]
};

/// Those that can be planted without the feature.
#[cfg(not(feature = "faults"))]
pub const FAULTS: &[(&str, Planted)] = &[("no-sync", Planted::NoSync)];

/// The mistake of a name.
#[must_use]
pub fn named(name: &str) -> Option<Planted> {
    FAULTS.iter().find(|(one, _)| *one == name).map(|(_, fault)| *fault)
}

/// Plants a mistake in the whole process, or takes away what was planted.
pub fn plant(fault: Option<Planted>) {
    #[cfg(feature = "faults")]
    {
        mundi_engine::faults::plant(match fault {
            Some(Planted::Engine(one)) => Some(one),
            _ => None,
        });
        mundi_node::faults::plant(match fault {
            Some(Planted::Node(one)) => Some(one),
            _ => None,
        });
    }
    NO_SYNC.store(fault == Some(Planted::NoSync), std::sync::atomic::Ordering::SeqCst);
}

static NO_SYNC: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Whether disks forget to sync.
#[must_use]
pub fn no_sync() -> bool {
    NO_SYNC.load(std::sync::atomic::Ordering::Relaxed)
}
