//! Writes down what is in `assets/page`, the result of `npm run build` in `web`: every file with the path
//! it is served at. Nothing is built or fetched here.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=assets/page");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("assets/page");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let (at, from) = (format!("/{path}"), format!("/assets/page/{path}"));
        writeln!(
            list,
            "    ({at:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {from:?}))),"
        )?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("page.rs"), list)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
