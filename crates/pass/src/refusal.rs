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
        /// The bytes are not a pass.
        NotAPass = "not-a-pass",
        /// It says what a pass says, but not in the one form that passes have.
        NotCanonical = "not-canonical",
        /// Its claims break their rules.
        BadClaims = "bad-claims",
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
        /// Either party has revoked it, or its consent is dead.
        Revoked = "revoked",
        /// The list of dead passes is older than the agreement allows anybody to pass on.
        ListTooOld = "list-too-old",
        /// Its window has not begun.
        NotYetValid = "not-yet-valid",
        /// Its window is over.
        Expired = "expired",
        /// It is good somewhere else.
        WrongZone = "wrong-zone",
        /// The photograph beside it is not the holder's.
        WrongPhoto = "wrong-photo",
        /// It is nobody's whom the protected person was told to expect.
        NotExpected = "not-expected",
    }

    /// What a guard should know although the pass is valid.
    Caution {
        /// The list of dead passes is older than the agreement likes.
        ListStale = "list-stale",
        /// The clock is behind the list, so the list's time was used.
        ClockBehind = "clock-behind",
        /// Nobody said which zone this is.
        ZoneNotChecked = "zone-not-checked",
    }

    /// Why bytes are no kit. The first that applies, in this order.
    KitFault {
        /// More bytes than any kit has.
        TooLong = "kit-too-long",
        /// The bytes are not a kit.
        NotAKit = "not-a-kit",
        /// A kit in another form.
        NotCanonical = "not-canonical",
        /// Its content breaks the rules of kits.
        BadKit = "bad-kit",
        /// It is signed by another key than the first kit here.
        OtherIssuer = "other-issuer",
        /// It is signed by none of its own parties.
        UnknownKey = "unknown-key",
        /// The signature does not verify.
        BadSignature = "bad-signature",
        /// It is older than a week.
        Expired = "kit-expired",
    }

    /// Why bytes are no list of dead passes. The first that applies, in this order.
    ListRefusal {
        /// More bytes than any list has.
        TooLong = "list-too-long",
        /// The bytes are not a list.
        NotAList = "not-a-list",
        /// A list in another form.
        NotCanonical = "not-canonical",
        /// It is signed by nobody who may.
        UnknownKey = "unknown-key",
        /// The signature does not verify.
        BadSignature = "bad-signature",
        /// What is packed is not one bit for each pass.
        BadBits = "bad-bits",
        /// A list of something else.
        OtherList = "other-list",
        /// Older than the list at hand.
        Older = "older-list",
    }

    /// Why bytes are not what a pass rests on.
    BasisRefusal {
        /// Another pass's, or changed.
        OtherBasis = "other-basis",
        /// The bytes are no basis.
        NotABasis = "not-a-basis",
    }

    /// Why whoever shows a pass was not shown to be its holder.
    AnswerRefusal {
        /// The pass names no phone.
        NoPhone = "no-phone",
        /// The answer came too late.
        TooLate = "too-late",
        /// It is not the holder's answer to this question.
        WrongAnswer = "wrong-answer",
    }
}

/// Why a kit cannot be used: its own fault, or that of the list in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitRefusal {
    /// The kit.
    Kit(KitFault),
    /// The list in it.
    List(ListRefusal),
}

impl KitRefusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kit(fault) => fault.code(),
            Self::List(refusal) => refusal.code(),
        }
    }
}

impl From<KitFault> for KitRefusal {
    fn from(fault: KitFault) -> Self {
        Self::Kit(fault)
    }
}
