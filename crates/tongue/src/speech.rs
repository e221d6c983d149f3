//! The three languages of the house: every string of a page is said here.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;
use words::act::Names;

/// A language of the house; the three are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
    /// Urdu, written from right to left.
    Ur,
}

impl Lang {
    /// Every language, in the order of the language links.
    pub const ALL: [Self; 3] = [Self::En, Self::Zh, Self::Ur];

    /// The language of a tag such as `zh` or `zh-CN`; what follows the first hyphen is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let primary = text.split('-').next()?;
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// Its tag in `lang` attributes and addresses.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
            Self::Ur => "ur",
        }
    }

    /// Its direction of writing.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::Zh => "ltr",
            Self::Ur => "rtl",
        }
    }

    /// What its readers call it; never translated, so that a lost reader finds home.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "EN",
            Self::Zh => "中文",
            Self::Ur => "اردو",
        }
    }

    /// The language that the language key goes to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::Ur,
            Self::Ur => Self::En,
        }
    }

    /// The text of a triple in this language.
    pub fn of(self, names: &Names) -> &str {
        match self {
            Self::En => &names.en,
            Self::Zh => &names.zh,
            Self::Ur => &names.ur,
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../words/en.ftl"),
            Self::Zh => include_str!("../words/zh.ftl"),
            Self::Ur => include_str!("../words/ur.ftl"),
        }
    }
}

/// What is put into a message: a text, or a number that plurals depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Shown as it is, isolated from the direction of the text around it.
    Text(String),
    /// Shown in western digits.
    Number(u64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(u64::from(number))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&Value> for FluentValue<'static> {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::String(Cow::Owned(text.clone())),
            Value::Number(number) => Self::from(*number),
        }
    }
}

/// Says messages in one language.
pub struct Tongue {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Tongue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tongue").field("lang", &self.lang).finish_non_exhaustive()
    }
}

static EN: LazyLock<Tongue> = LazyLock::new(|| Tongue::load(Lang::En));
static ZH: LazyLock<Tongue> = LazyLock::new(|| Tongue::load(Lang::Zh));
static UR: LazyLock<Tongue> = LazyLock::new(|| Tongue::load(Lang::Ur));

impl Tongue {
    /// The tongue of a language, read once per process.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
            Lang::Ur => &UR,
        }
    }

    // A line that cannot be read is left out here and falls back to English; the tests refuse
    // such a line, so that it never reaches a reader.
    fn load(lang: Lang) -> Self {
        let resource =
            FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(rest, _)| rest);
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks around arguments keep ids and names whole in text of either direction.
        bundle.set_use_isolating(true);
        bundle.add_resource_overriding(resource);
        Self { lang, bundle }
    }

    /// Is there such a message, or such an attribute (`message.attribute`)?
    pub fn has(&self, key: &str) -> bool {
        self.find(key, None).is_some()
    }

    /// The message of a key, or `message.attribute`.
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message of a key with its arguments.
    ///
    /// A key that this language lacks is said in English, and one that English lacks is shown
    /// itself: a strange word on a screen is better than a page that does not open.
    pub fn say_with(&self, key: &str, values: &[(&str, Value)]) -> String {
        let args: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, FluentValue::from(value))).collect();
        self.find(key, Some(&args))
            .or_else(|| Self::of(Lang::En).find(key, Some(&args)))
            .unwrap_or_else(|| key.to_owned())
    }

    fn find(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, of)| (id, Some(of)));
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut missing = Vec::new();
        Some(self.bundle.format_pattern(pattern, args, &mut missing).into_owned())
    }
}
