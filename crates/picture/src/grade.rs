//! Admiralty grades: the source and the piece of information, judged apart.

use std::fmt;

macro_rules! scale {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $sign:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every value, the best first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its sign in a grade.
            pub const fn sign(self) -> char {
                match self { $(Self::$variant => $sign),+ }
            }

            fn of(sign: char) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.sign() == sign)
            }
        }
    };
}

scale! {
    /// How far the source is trusted, whatever it says this time.
    Reliability {
        /// Completely reliable.
        A = 'A',
        /// Usually reliable.
        B = 'B',
        /// Fairly reliable.
        C = 'C',
        /// Not usually reliable.
        D = 'D',
        /// Unreliable.
        E = 'E',
        /// Reliability cannot be judged.
        F = 'F',
    }
}

scale! {
    /// How credible the information is, whoever gives it.
    Credibility {
        /// Confirmed by other, independent sources.
        Confirmed = '1',
        /// Probably true.
        Probable = '2',
        /// Possibly true.
        Possible = '3',
        /// Doubtful.
        Doubtful = '4',
        /// Improbable.
        Improbable = '5',
        /// Truth cannot be judged.
        Unjudged = '6',
    }
}

/// A grade such as `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grade {
    /// Of the source.
    pub reliability: Reliability,
    /// Of the information.
    pub credibility: Credibility,
}

impl Grade {
    /// Nobody has judged it: F6 says so, and says nothing against it.
    pub const UNJUDGED: Self =
        Self { reliability: Reliability::F, credibility: Credibility::Unjudged };

    /// The grade of a text such as `B2`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut signs = text.chars();
        let (source, information) = (signs.next()?, signs.next()?);
        if signs.next().is_some() {
            return None;
        }
        let (reliability, credibility) = (Reliability::of(source)?, Credibility::of(information)?);
        Some(Self { reliability, credibility })
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.reliability.sign(), self.credibility.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::{Credibility, Grade, Reliability};

    #[test]
    fn every_grade_prints_as_it_is_read() {
        for reliability in Reliability::ALL.iter().copied() {
            for credibility in Credibility::ALL.iter().copied() {
                let grade = Grade { reliability, credibility };
                assert_eq!(Grade::parse(&grade.to_string()), Some(grade));
            }
        }
        assert_eq!(Grade::parse("B2").unwrap().to_string(), "B2");
        assert_eq!(Grade::UNJUDGED.to_string(), "F6");
    }

    #[test]
    fn what_is_no_grade_is_refused() {
        for text in ["", "B", "2B", "B7", "G1", "b2", "B2 "] {
            assert_eq!(Grade::parse(text), None, "{text}");
        }
    }
}
