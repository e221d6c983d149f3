//! What a guard is told: no with its code, or a caution beside a yes.

macro_rules! coded {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)?
    })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code: in the API, in translation keys.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    )+};
}

coded! {
    /// Why a code is no valid pass. The first that applies, in this order.
    PassRefusal {
        /// The bytes are not a pass, or its claims break their rules.
        NotAPass = "not-a-pass",
        /// It says what a pass says, but not in the one form that passes have.
        NotCanonical = "not-canonical",
        /// The host has not signed.
        HostSignatureMissing = "host-signature-missing",
        /// The guest has not signed.
        GuestSignatureMissing = "guest-signature-missing",
        /// Both signatures are one party's.
        SamePartyTwice = "same-party-twice",
        /// A signer is on nobody's list.
        UnknownKey = "unknown-key",
        /// A signature does not verify.
        BadSignature = "bad-signature",
        /// Either party has revoked it.
        Revoked = "revoked",
        /// Its window has not begun.
        NotYetValid = "not-yet-valid",
        /// Its window is over.
        Expired = "expired",
        /// It is good somewhere else.
        WrongZone = "wrong-zone",
    }

    /// What a guard should know although the pass is valid.
    Caution {
        /// The list of revoked passes is older than the agreement likes.
        RevocationListStale = "revocation-list-stale",
        /// The clock is behind the list, so the list's time was used.
        ClockBehind = "clock-behind",
        /// Nobody said which zone this is.
        ZoneNotChecked = "zone-not-checked",
    }
}
