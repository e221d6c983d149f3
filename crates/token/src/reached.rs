//! A token that was reached: a session in which its keys sign.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use crate::place::{Place, TokenError};

// RFC 8032's curve by its name, as PKCS#11 2.40 tokens know it: PrintableString `edwards25519`.
const EDWARDS_25519: &[u8] = b"\x13\x0cedwards25519";

// An octet string of 32 bytes in DER: how most tokens wrap the public point.
const POINT: &[u8] = &[0x04, 0x20];

/// A session with a token, after its PIN was taken. Fields drop in order: the session is closed
/// before its module is given back.
pub(crate) struct Reached {
    session: Session,
    _module: Module,
}

/// A module of a token's maker that was started.
pub(crate) struct Module(Option<Pkcs11>);

// A token that was taken out and put back is seen by most modules only when they start anew.
impl Drop for Module {
    fn drop(&mut self) {
        if let Some(module) = self.0.take() {
            // A module that does not end well is started anew all the same.
            let _ended = module.finalize();
        }
    }
}

impl Module {
    /// Starts a module.
    pub(crate) fn start(place: &Place) -> Result<Self, TokenError> {
        let module = place.module.display().to_string();
        let bad =
            |cause: Error| TokenError::Module { module: module.clone(), why: cause.to_string() };
        let loaded = Pkcs11::new(&place.module).map_err(bad)?;
        match loaded.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {
                Ok(Self(Some(loaded)))
            }
            Err(cause) => Err(bad(cause)),
        }
    }

    fn inner(&self) -> &Pkcs11 {
        self.0.as_ref().expect("taken only when it is dropped")
    }

    /// Every token that is in a slot now: label, maker and serial number.
    pub(crate) fn tokens(&self) -> Result<Vec<(Slot, [String; 3])>, TokenError> {
        let slots = self.inner().get_slots_with_initialized_token().map_err(step("looking"))?;
        let told = |slot: Slot| {
            let info = self.inner().get_token_info(slot).ok()?;
            let words = [info.label(), info.manufacturer_id(), info.serial_number()];
            Some((slot, words.map(|word| word.trim_end().to_owned())))
        };
        Ok(slots.into_iter().filter_map(told).collect())
    }
}

type OpenSession = fn(&Pkcs11, Slot) -> cryptoki::error::Result<Session>;

impl Reached {
    /// Starts the module, finds the token and logs in.
    pub(crate) fn reach(place: &Place) -> Result<Self, TokenError> {
        Self::by(place, Pkcs11::open_ro_session)
    }

    /// The same, to put something onto the token.
    pub(crate) fn reach_to_make(place: &Place) -> Result<Self, TokenError> {
        Self::by(place, Pkcs11::open_rw_session)
    }

    fn by(place: &Place, open: OpenSession) -> Result<Self, TokenError> {
        let pin = AuthPin::new(place.pin()?.into());
        let module = Module::start(place)?;
        let found = module.tokens()?.into_iter().find(|(_, [label, ..])| *label == place.label);
        let (slot, _) = found.ok_or_else(|| TokenError::NoToken(place.label.clone()))?;
        let session = open(module.inner(), slot).map_err(step("opening a session"))?;
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => return Err(TokenError::Pin(place.label.clone())),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                return Err(TokenError::Locked(place.label.clone()));
            }
            Err(cause) => return Err(step("logging in")(cause)),
        }
        Ok(Self { session, _module: module })
    }

    /// The names and public halves of the Ed25519 keys on the token.
    pub(crate) fn keys(&self) -> Result<Vec<(String, [u8; 32])>, TokenError> {
        let class = Attribute::Class(ObjectClass::PUBLIC_KEY);
        let kind = Attribute::KeyType(KeyType::EC_EDWARDS);
        let found = self.session.find_objects(&[class, kind]).map_err(step("listing keys"))?;
        let told = found.into_iter().filter_map(|key| {
            let public = self.point(key).ok()??;
            let label = self.session.get_attributes(key, &[AttributeType::Label]).ok()?;
            let label = label.into_iter().find_map(|attribute| {
                let Attribute::Label(label) = attribute else { return None };
                Some(String::from_utf8_lossy(&label).into_owned())
            });
            Some((label.unwrap_or_default(), public))
        });
        Ok(told.collect())
    }

    /// Makes a key that signs and does nothing else, and that cannot be read off the token.
    pub(crate) fn make(&self, place: &Place) -> Result<[u8; 32], TokenError> {
        if self.one(place, ObjectClass::PRIVATE_KEY)?.is_some() {
            let (token, key) = (place.label.clone(), place.key.clone());
            return Err(TokenError::Exists { token, key });
        }
        let label = || Attribute::Label(place.key.clone().into_bytes());
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(EDWARDS_25519.to_vec()),
            label(),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            label(),
        ];
        let made =
            self.session.generate_key_pair(&Mechanism::EccEdwardsKeyPairGen, &public, &private);
        let (public, _) = made.map_err(step("making a key"))?;
        self.point(public)?.ok_or_else(|| missing(place))
    }

    /// The place's key: its handle and its public half. One that could leave the token is none.
    pub(crate) fn key(&self, place: &Place) -> Result<(ObjectHandle, [u8; 32]), TokenError> {
        let private = self.one(place, ObjectClass::PRIVATE_KEY)?.ok_or_else(|| missing(place))?;
        let public = self.one(place, ObjectClass::PUBLIC_KEY)?.ok_or_else(|| missing(place))?;
        let asked = [AttributeType::Sensitive, AttributeType::Extractable];
        let said = self.session.get_attributes(private, &asked).map_err(step("reading a key"))?;
        let stays = |attribute: &Attribute| {
            matches!(attribute, Attribute::Sensitive(true) | Attribute::Extractable(false))
        };
        if said.len() != asked.len() || !said.iter().all(stays) {
            return Err(TokenError::Exportable(place.key.clone()));
        }
        let point = self.point(public)?.ok_or_else(|| missing(place))?;
        Ok((private, point))
    }

    /// Signs with a key.
    pub(crate) fn sign(&self, key: ObjectHandle, message: &[u8]) -> Result<[u8; 64], TokenError> {
        let pure = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        let signed = self.session.sign(&pure, key, message).map_err(step("signing"))?;
        let bytes = signed.len();
        let wrong = |_| TokenError::Step { step: "signing", why: format!("it gave {bytes} bytes") };
        signed.try_into().map_err(wrong)
    }

    fn one(&self, place: &Place, class: ObjectClass) -> Result<Option<ObjectHandle>, TokenError> {
        let wanted = [
            Attribute::Class(class),
            Attribute::KeyType(KeyType::EC_EDWARDS),
            Attribute::Label(place.key.clone().into_bytes()),
        ];
        let found = self.session.find_objects(&wanted).map_err(step("looking for a key"))?;
        Ok(found.first().copied())
    }

    fn point(&self, key: ObjectHandle) -> Result<Option<[u8; 32]>, TokenError> {
        let said = self.session.get_attributes(key, &[AttributeType::EcPoint]);
        let said = said.map_err(step("reading a key"))?;
        let point = said.into_iter().find_map(|attribute| {
            let Attribute::EcPoint(point) = attribute else { return None };
            Some(point)
        });
        let bare = |point: Vec<u8>| {
            let bare = point.strip_prefix(POINT).filter(|bare| bare.len() == 32);
            bare.unwrap_or(&point).try_into().ok()
        };
        Ok(point.and_then(bare))
    }
}

fn missing(place: &Place) -> TokenError {
    TokenError::NoKey { token: place.label.clone(), key: place.key.clone() }
}

fn step(step: &'static str) -> impl Fn(Error) -> TokenError {
    move |cause| TokenError::Step { step, why: cause.to_string() }
}
