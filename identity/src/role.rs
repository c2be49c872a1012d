//! What a device may do for its person.

/// A role that a certificate gives to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DeviceRole {
    /// Writes entries in the person's name. What a certificate without roles gives.
    Access,
    /// Passes envelopes on; it writes nothing.
    Relay,
    /// Certifies other devices of the person.
    Root,
}

impl DeviceRole {
    /// All roles, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Access, Self::Relay, Self::Root];

    /// The name that stands in certificates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Relay => "relay",
            Self::Root => "root",
        }
    }

    /// The role with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl std::fmt::Display for DeviceRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_as_their_names_and_found_by_them() {
        assert!(DeviceRole::ALL.is_sorted_by(|a, b| a < b && a.name() < b.name()));
        assert!(DeviceRole::ALL.iter().all(|role| DeviceRole::named(role.name()) == Some(*role)));
        assert_eq!(DeviceRole::named("Access"), None);
    }
}
