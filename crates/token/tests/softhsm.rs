//! A real token, `SoftHSM`: keys that stay; it goes and comes back.
#![cfg(test)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use note::key::{SigningKey, verify};
use token::key::{AGAIN_AFTER, keys, known, make, reach, tokens};
use token::place::{Place, TokenError};
use words::act::Key;

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/libsofthsm2.so",
];
const FOLDER: &str = "SAFECONDUCT_SOFTHSM";

// SoftHSM reads where its tokens lie from the environment when it is loaded, and a test may not
// change its own: each test runs once more, as a process of its own, beside its own tokens.
#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn beside_a_token(test: &str, body: impl FnOnce(&Path, &Place)) {
    let Some(module) = MODULES.iter().find(|module| Path::new(module).exists()) else {
        eprintln!("SKIPPED: no SoftHSM here; `scripts/need softhsm2-util` installs it");
        return;
    };
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = PathBuf::from(folder);
        return body(&folder, &place(&folder, module));
    }
    let folder = std::env::temp_dir().join(format!("sc-token-{}-{test}", std::process::id()));
    fs::create_dir_all(folder.join("tokens")).unwrap();
    let settings = folder.join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        folder.join("tokens").display()
    );
    fs::write(&settings, text).unwrap();
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "node", "--pin", "1234"])
        .args(["--so-pin", "12345678"])
        .env("SOFTHSM2_CONF", &settings)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    write_pin(&folder, "1234");
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("SOFTHSM2_CONF", &settings)
        .env(FOLDER, &folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let told = [ran.stdout.as_slice(), &ran.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(ran.status.success() && told.contains("1 passed"), "{told}");
}

fn place(folder: &Path, module: &str) -> Place {
    Place {
        module: module.into(),
        label: "node".to_owned(),
        pin_file: folder.join("pin"),
        key: "safeconduct".to_owned(),
    }
}

fn write_pin(folder: &Path, pin: &str) {
    let file = folder.join("pin");
    fs::write(&file, format!("{pin}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn signs(key: &SigningKey) -> bool {
    let signed = key.try_sign(b"go");
    signed.is_ok_and(|signature| verify(&key.public(), b"go", &signature).is_ok())
}

// Does OpenSSL verify it too?
fn openssl_holds(folder: &Path, key: &Key, message: &[u8], signature: &[u8]) -> bool {
    // RFC 8410: the frame of an Ed25519 public key in DER.
    let der = [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", key.public.as_slice()].concat();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let (key, said, by) =
        (file("key.der", &der), file("said", message), file("signature", signature));
    let ran = Command::new("openssl")
        .args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin", "-inkey"])
        .arg(&key)
        .arg("-in")
        .arg(&said)
        .arg("-sigfile")
        .arg(&by)
        .output()
        .unwrap();
    ran.status.success()
}

#[test]
fn a_key_is_made_signs_and_cannot_be_read() {
    beside_a_token("a_key_is_made_signs_and_cannot_be_read", |folder, place| {
        assert!(matches!(reach(place), Err(TokenError::NoKey { .. })));
        let made = make(place).unwrap();
        assert!(matches!(make(place), Err(TokenError::Exists { .. })));
        let key = reach(place).unwrap();
        assert_eq!(key.public(), made);
        let signature = key.try_sign(b"a head of a ledger").unwrap();
        assert_eq!(verify(&made, b"a head of a ledger", &signature), Ok(()));
        assert!(openssl_holds(folder, &made, b"a head of a ledger", &signature));
        assert!(!openssl_holds(folder, &made, b"another head", &signature));
        // The same bytes as from a secret that is here: Ed25519 has one signature a message.
        assert_eq!(signature, key.try_sign(b"a head of a ledger").unwrap());
        assert_eq!(keys(place).unwrap(), [("safeconduct".to_owned(), made)]);
        assert!(tokens(place).unwrap().iter().any(|[label, ..]| label == "node"));
        assert_eq!(format!("{key:?}").len(), "SigningKey(0123456789abcdef)".len());
    });
}

#[test]
fn a_token_that_is_taken_out_signs_again_when_it_is_back() {
    beside_a_token("a_token_that_is_taken_out_signs_again_when_it_is_back", |folder, place| {
        let made = make(place).unwrap();
        let key = known(place, &made).unwrap();
        assert!(signs(&key));
        let (tokens, away) = (folder.join("tokens"), folder.join("away"));
        fs::rename(&tokens, &away).unwrap();
        let told = key.try_sign(b"go").unwrap_err().to_string();
        assert!(told.contains("cannot sign now"), "{told}");
        assert!(!told.contains("1234"), "a PIN in a message");
        fs::rename(&away, &tokens).unwrap();
        assert!(!signs(&key), "asked again too soon");
        sleep(AGAIN_AFTER);
        assert!(signs(&key));
        // It may be away when the node starts, too.
        let late = {
            drop(key);
            fs::rename(&tokens, &away).unwrap();
            known(place, &made).unwrap()
        };
        assert_eq!(late.public(), made);
        assert!(!signs(&late));
        fs::rename(&away, &tokens).unwrap();
        sleep(AGAIN_AFTER);
        assert!(signs(&late));
    });
}

#[test]
fn a_wrong_pin_is_tried_once() {
    beside_a_token("a_wrong_pin_is_tried_once", |folder, place| {
        let made = make(place).unwrap();
        write_pin(folder, "4321");
        let key = known(place, &made).unwrap();
        let told = key.try_sign(b"go").unwrap_err().to_string();
        assert!(told.contains("refuses the PIN") && !told.contains("4321"), "{told}");
        // While the file says the same the token is not even looked for.
        let (tokens, away) = (folder.join("tokens"), folder.join("away"));
        fs::rename(&tokens, &away).unwrap();
        sleep(AGAIN_AFTER + Duration::from_millis(100));
        assert_eq!(key.try_sign(b"go").unwrap_err().to_string(), told);
        fs::rename(&away, &tokens).unwrap();
        write_pin(folder, "1234");
        assert!(signs(&key), "a new PIN is tried at once");
        let open = folder.join("pin");
        fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
        let told = reach(place).unwrap_err().to_string();
        assert!(told.contains("chmod 600"), "{told}");
    });
}

#[test]
fn a_key_that_is_another_or_could_leave_signs_nothing() {
    beside_a_token("a_key_that_is_another_or_could_leave_signs_nothing", |_, place| {
        let made = make(place).unwrap();
        let other = SigningKey::from_seed(&[7; 32]).public();
        let told = known(place, &other).unwrap().try_sign(b"go").unwrap_err().to_string();
        assert!(told.contains("another key"), "{told}");
        let loose = Place { key: "loose".to_owned(), ..place.clone() };
        let module = Pkcs11::new(&place.module).unwrap();
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
        let slots = module.get_slots_with_initialized_token().unwrap();
        let session = module.open_rw_session(slots[0]).unwrap();
        session.login(UserType::User, Some(&AuthPin::new("1234".into()))).unwrap();
        let curve = Attribute::EcParams(b"\x13\x0cedwards25519".to_vec());
        let label = || Attribute::Label(b"loose".to_vec());
        session
            .generate_key_pair(
                &Mechanism::EccEdwardsKeyPairGen,
                &[Attribute::Token(true), Attribute::Verify(true), curve, label()],
                &[
                    Attribute::Token(true),
                    Attribute::Sign(true),
                    Attribute::Sensitive(false),
                    Attribute::Extractable(true),
                    label(),
                ],
            )
            .unwrap();
        drop(session);
        module.finalize().unwrap();
        assert!(matches!(reach(&loose), Err(TokenError::Exportable(_))));
        assert!(signs(&known(place, &made).unwrap()));
    });
}

#[test]
fn what_is_not_there_is_named() {
    beside_a_token("what_is_not_there_is_named", |folder, place| {
        let absent = Place { label: "other".to_owned(), ..place.clone() };
        let told = reach(&absent).unwrap_err().to_string();
        assert!(told.contains("no token `other`"), "{told}");
        let no_module = Place { module: folder.join("none.so"), ..place.clone() };
        let told = reach(&no_module).unwrap_err().to_string();
        assert!(told.contains("none.so") && told.contains("does not work"), "{told}");
        let no_pin = Place { pin_file: folder.join("no-pin"), ..place.clone() };
        assert!(matches!(reach(&no_pin), Err(TokenError::PinFile { .. })));
    });
}
