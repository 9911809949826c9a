//! What a builder of the image needs, as the sources say, and what `.dockerignore` keeps from it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

/// The patterns of a `.dockerignore`: a path, with `*` within a name and `**/` for any folder.
pub struct Ignored(Vec<String>);

impl Ignored {
    pub fn new(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(lines.map(|line| line.trim_matches('/').to_owned()).collect())
    }

    /// Whether a path, relative to the root, or a folder that it is in, is kept out.
    pub fn has(&self, path: &Path) -> bool {
        let names: Vec<&str> = path.iter().filter_map(|name| name.to_str()).collect();
        let mut folders = (1..=names.len()).map(|length| &names[..length]);
        folders.any(|folder| self.0.iter().any(|pattern| is_meant(pattern, folder)))
    }
}

fn is_meant(pattern: &str, path: &[&str]) -> bool {
    if let Some(anywhere) = pattern.strip_prefix("**/") {
        return (0..path.len()).any(|from| is_meant(anywhere, &path[from..]));
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(pattern, name)| match pattern.split_once('*') {
            Some((begin, end)) => {
                let rest = name.strip_prefix(begin);
                rest.is_some_and(|rest| rest.ends_with(end))
            }
            None => pattern == name,
        })
}

/// What cargo reads to build the program, relative to the root: manifests and sources of all members, what the
/// sources include, and what build scripts watch.
pub fn needed(root: &Path) -> BTreeSet<PathBuf> {
    let mut needed: BTreeSet<PathBuf> = ["Cargo.toml", "Cargo.lock"].map(PathBuf::from).into();
    for member in members(root) {
        needed.insert(below(root, &member.join("Cargo.toml")));
        let mut sources = Vec::new();
        collect(&member.join("src"), &mut sources);
        let script = member.join("build.rs");
        if script.exists() {
            let watched = words_after(&fs::read_to_string(&script).unwrap(), "rerun-if-changed=");
            needed.extend(watched.iter().map(|path| below(root, &member.join(path))));
            sources.push(script);
        }
        for source in sources {
            let text = fs::read_to_string(&source).unwrap();
            let folder = source.parent().unwrap();
            needed.extend(included(&text).iter().map(|path| below(root, &folder.join(path))));
            needed.insert(below(root, &source));
        }
    }
    needed
}

/// Folders of the members of the workspace.
fn members(root: &Path) -> Vec<PathBuf> {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let list = manifest.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    let members: Vec<String> = serde_json::from_str(list).unwrap();
    let mut found = Vec::new();
    for member in members {
        match member.strip_suffix("/*") {
            Some(folder) => {
                let entries = fs::read_dir(root.join(folder)).unwrap();
                let folders = entries.map(|entry| entry.unwrap().path());
                found.extend(folders.filter(|folder| folder.join("Cargo.toml").exists()));
            }
            None => found.push(root.join(member)),
        }
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// Paths that a source takes in when it is compiled: of a path that a macro puts together, the folder. What a
/// build script has written is where the builder writes it.
fn included(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for macro_name in ["include_str!(", "include_bytes!(", "include!("] {
        for call in text.split(macro_name).skip(1) {
            let call = call.trim_start_matches("concat!(").trim_start();
            if let Some(literal) = call.strip_prefix('"') {
                found.push(literal.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    found
}

fn words_after(text: &str, begin: &str) -> Vec<String> {
    let ends = |letter: char| letter == '"' || letter.is_whitespace();
    let found = text.split(begin).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default());
    found.map(str::to_owned).collect()
}

/// A path relative to the root, without detours.
fn below(root: &Path, path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain.strip_prefix(root).unwrap_or(&plain).to_owned()
}

#[test]
fn patterns_are_read_as_docker_reads_them() {
    let ignored = Ignored::new("# why\nweb\n**/target\n*.env\ndocs/images\n");
    for path in ["web/admin/app.js", "target/debug", "a/b/target", "my.env", "docs/images/a.png"] {
        assert!(ignored.has(Path::new(path)), "{path}");
    }
    for path in ["website", "docs/web", "docs/api.md", "a/my.env", "targets"] {
        assert!(!ignored.has(Path::new(path)), "{path}");
    }
}

#[test]
fn what_is_included_is_found() {
    let text = "include_str!(\"../a.toml\"); include_str!(concat!(\"../../b/\", $name)); \
                include!(concat!(env!(\"OUT_DIR\"), \"/c.rs\"));";
    assert_eq!(included(text), ["../a.toml", "../../b/"]);
}

/// The layer of the dependencies is good for nothing where what their build scripts wrote looks changed.
#[test]
fn the_sources_are_touched_and_nothing_that_was_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("Dockerfile")).unwrap();
    let touch = text.lines().find(|line| line.contains("-exec touch")).unwrap();
    let touch = touch.trim_start_matches("RUN ").trim_end_matches('\\');
    let folder = tempfile::tempdir().unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let time_of = |name: &str| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
    for name in ["crates/a/src/lib.rs", "target/release/build/b/out/made.rs"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().set_modified(long_ago).unwrap();
    }
    let done = std::process::Command::new("sh").args(["-euc", touch]).current_dir(&folder).status();
    assert!(done.unwrap().success(), "{touch}");
    assert!(time_of("crates/a/src/lib.rs") > long_ago, "{touch}");
    assert_eq!(time_of("target/release/build/b/out/made.rs"), long_ago, "{touch}");
}
