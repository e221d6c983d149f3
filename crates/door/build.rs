//! Writes the list of the console's files.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const DIST: &str = "../../console/dist";

fn main() -> io::Result<()> {
    let mut cargo = io::stdout().lock();
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let (dist, mut files) = (home.join(DIST), Vec::new());
    writeln!(cargo, "cargo::rerun-if-changed={DIST}")?;
    if dist.is_dir() {
        walk(&dist, "", &mut files)?;
        files.sort();
    } else {
        writeln!(
            cargo,
            "cargo::warning=the console is not built: run `npm ci && npm run build` in `console/`"
        )?;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut code = fs::File::create(out.join("assets.rs"))?;
    writeln!(code, "&[")?;
    for path in files {
        write!(code, "Asset {{ path: {path:?}, etag: \"\\\"")?;
        for byte in Sha256::digest(fs::read(dist.join(&path))?) {
            write!(code, "{byte:02x}")?;
        }
        let file = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{DIST}/\", {path:?})");
        writeln!(code, "\\\"\", bytes: include_bytes!({file}) }},")?;
    }
    writeln!(code, "]")
}

fn walk(dist: &Path, under: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dist.join(under))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if under.is_empty() { name } else { format!("{under}/{name}") };
        if entry.file_type()?.is_dir() {
            walk(dist, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
