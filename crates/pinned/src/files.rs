//! A node's identity as files in its folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem};
use thiserror::Error;

use crate::tls::Identity;

const ROOT: &str = "root.pem";
const NODE: &str = "node.pem";
const KEY: &str = "node.key";

/// The folder of the identity that is shown.
const NOW: &str = "tls";

/// The folder of one that is shown once the counterpart knows of it.
const NEXT: &str = "tls.next";

/// The folder of the one before.
const BEFORE: &str = "tls.before";

/// PEM breaks lines after 64 characters (RFC 7468).
const LINE_CHARS: usize = 64;

/// Why an identity could not be kept or read.
#[derive(Debug, Error)]
pub enum FileError {
    /// A file could not be written.
    #[error("cannot write `{file}`")]
    Write {
        /// Which.
        file: &'static str,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A folder could not be put in the place of another.
    #[error("cannot put `{NEXT}` in the place of `{NOW}`")]
    Move(#[source] io::Error),
    /// A file could not be read.
    #[error("cannot read `{file}`: run `safeconduct init` to make the node's certificates")]
    Read {
        /// Which.
        file: &'static str,
        /// Why.
        #[source]
        cause: pem::Error,
    },
}

/// Keeps an identity in a folder; its key is for the node's user alone.
pub fn save(identity: &Identity, folder: &Path) -> Result<(), FileError> {
    let write = |file| move |cause| FileError::Write { file, cause };
    fs::create_dir_all(folder).map_err(write(ROOT))?;
    let certificate = |bytes| text("CERTIFICATE", bytes);
    let keep = |name: &str, text: &str| durable::replace(&folder.join(name), text.as_bytes());
    keep(ROOT, &certificate(&identity.root_cert)).map_err(write(ROOT))?;
    keep(NODE, &certificate(&identity.node_cert)).map_err(write(NODE))?;
    let key = text("PRIVATE KEY", &identity.node_key);
    secret(&folder.join(KEY), &key).map_err(write(KEY))?;
    // The names of the files, and of their folder.
    durable::sync_folder(&folder.join(KEY)).map_err(write(KEY))?;
    durable::sync_folder(folder).map_err(write(KEY))
}

/// The identity that a node in a folder shows, and the one that waits for the counterpart.
pub fn load_both(node: &Path) -> Result<(Identity, Option<Identity>), FileError> {
    // Broken off between two names: what was to be shown is.
    if !node.join(NOW).exists() && node.join(NEXT).exists() {
        settle(node)?;
    }
    let next = node.join(NEXT);
    let waits = next.exists().then(|| load(&next)).transpose()?;
    Ok((load(&node.join(NOW))?, waits))
}

/// Puts the identity that waits in the place of the one that is shown, which is kept beside it.
pub fn settle(node: &Path) -> Result<(), FileError> {
    let [now, next, before] = [NOW, NEXT, BEFORE].map(|name| node.join(name));
    let moved = || {
        if now.exists() {
            if before.exists() {
                fs::remove_dir_all(&before)?;
            }
            durable::rename(&now, &before)?;
        }
        durable::rename(&next, &now)
    };
    moved().map_err(FileError::Move)
}

/// Lets an identity that was made under a name wait for the counterpart, or, where nobody can
/// wait for him, be shown from the next start on.
pub fn promote(node: &Path, made: &str, waits: bool) -> Result<(), FileError> {
    let (made, next) = (node.join(made), node.join(NEXT));
    let moved = || {
        if next.exists() {
            fs::remove_dir_all(&next)?;
        }
        durable::rename(&made, &next)
    };
    moved().map_err(FileError::Move)?;
    if waits { Ok(()) } else { settle(node) }
}

/// Reads the identity of a folder.
pub fn load(folder: &Path) -> Result<Identity, FileError> {
    let read = |file| move |cause| FileError::Read { file, cause };
    let certificate = |file| CertificateDer::from_pem_file(folder.join(file)).map_err(read(file));
    let key = PrivatePkcs8KeyDer::from_pem_file(folder.join(KEY)).map_err(read(KEY))?;
    Ok(Identity {
        root_cert: certificate(ROOT)?.to_vec(),
        node_cert: certificate(NODE)?.to_vec(),
        node_key: key.secret_pkcs8_der().to_vec(),
    })
}

fn secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn text(kind: &str, der: &[u8]) -> String {
    let code = STANDARD.encode(der);
    let mut body = String::with_capacity(code.len() + code.len() / LINE_CHARS);
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && index % LINE_CHARS == 0 {
            body.push('\n');
        }
        body.push(letter);
    }
    format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n")
}

#[cfg(test)]
mod tests {
    use words::id::PartyId;
    use words::moment::Moment;

    use super::{load, load_both, promote, save};
    use crate::tls::make_identity;

    #[test]
    fn an_identity_reads_as_it_was_kept_and_its_key_is_for_nobody_else() {
        let folder = std::env::temp_dir().join(format!("safeconduct-tls-{}", std::process::id()));
        assert!(load(&folder).unwrap_err().to_string().contains("safeconduct init"));
        let now = Moment::parse("2026-02-28T00:00:00Z").unwrap();
        let identity = make_identity(&[7; 32], &PartyId::new("host").unwrap(), now).unwrap();
        save(&identity, &folder).unwrap();
        assert!(load(&folder).unwrap() == identity);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.join("node.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_identity_that_waits_is_put_in_place_and_the_one_before_is_kept() {
        let folder = std::env::temp_dir().join(format!("safeconduct-next-{}", std::process::id()));
        let now = Moment::parse("2026-02-28T00:00:00Z").unwrap();
        let made = |seed| make_identity(&[seed; 32], &PartyId::new("host").unwrap(), now).unwrap();
        let [first, second, third] = [1, 2, 3].map(made);
        save(&first, &folder.join("tls")).unwrap();
        assert!(load_both(&folder).unwrap() == (first.clone(), None));
        save(&second, &folder.join("tls.new")).unwrap();
        promote(&folder, "tls.new", true).unwrap();
        assert!(load_both(&folder).unwrap() == (first.clone(), Some(second.clone())));
        // A second order before the counterpart has read the first: only the newest counts.
        save(&third, &folder.join("tls.new")).unwrap();
        promote(&folder, "tls.new", false).unwrap();
        assert!(load_both(&folder).unwrap() == (third.clone(), None));
        assert!(load(&folder.join("tls.before")).unwrap() == first);
        // Broken off between the two names.
        save(&second, &folder.join("tls.next")).unwrap();
        std::fs::rename(folder.join("tls"), folder.join("elsewhere")).unwrap();
        assert!(load_both(&folder).unwrap() == (second, None));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
