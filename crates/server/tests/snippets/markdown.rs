//! Fenced blocks and links of a document. What to do with them is not known here.

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it begins, from 1.
    pub line: usize,
    pub language: String,
    pub does: Does,
    pub text: String,
}

/// What a block is for.
#[derive(Debug, PartialEq, Eq)]
pub enum Does {
    Run,
    Serve,
    Output,
    Config,
    Excerpt(String),
    NotRun(String),
    /// It does not say, or says something that there is not; what is wrong.
    Nothing(String),
}

impl Does {
    fn read(comment: Option<&str>, language: &str) -> Self {
        let Some(comment) = comment else {
            return Self::Nothing(
                "nothing says whether this is run (see crates/server/tests/snippets.rs)".into(),
            );
        };
        match (comment.split_once(':').map(|(word, rest)| (word, rest.trim())), comment) {
            (Some(("not run", reason)), _) if !reason.is_empty() => Self::NotRun(reason.to_owned()),
            (Some(("from", path)), _) => Self::Excerpt(path.to_owned()),
            (None, "run") if matches!(language, "sh" | "js") => Self::Run,
            (None, "serve") if language == "sh" => Self::Serve,
            (None, "output") => Self::Output,
            (None, "config") if language == "toml" => Self::Config,
            _ => Self::Nothing(format!("{comment:?} means nothing for {language:?}")),
        }
    }

    /// Whether something happens.
    pub fn is_run(&self) -> bool {
        matches!(self, Self::Run | Self::Serve | Self::Output | Self::Config)
    }
}

/// All blocks in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut comment = None;
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let text = inside.flat_map(|line| [line, "\n"]).collect();
            let (line, language) = (at + 1, language.trim().to_owned());
            let does = Does::read(comment.take(), &language);
            found.push(Block { line, language, does, text });
        } else if let Some(inner) = line.strip_prefix("<!--").and_then(|it| it.strip_suffix("-->"))
        {
            comment = Some(inner.trim());
        } else {
            comment = None;
        }
    }
    found
}

/// Targets of links and pictures, with their lines; not those within blocks.
pub fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        fenced ^= line.starts_with("```");
        if fenced {
            continue;
        }
        for (begin, end) in [("](", ')'), (" src=\"", '"'), (" srcset=\"", '"')] {
            for rest in line.split(begin).skip(1) {
                if let Some((target, _)) = rest.split_once(end) {
                    found.push((at + 1, target.to_owned()));
                }
            }
        }
    }
    found
}

/// What links can point at within a document: its headings, as a page of the repository names them.
pub fn anchors(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        if fenced || title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let letters = title.trim().to_lowercase().replace(' ', "-");
        let anchor = letters.chars().filter(|it| it.is_alphanumeric() || "-_".contains(*it));
        found.push(anchor.collect());
    }
    found
}

#[test]
fn a_block_is_what_the_comment_before_it_says() {
    let text = "a\n<!-- run -->\n```sh\necho 1\n\necho 2\n```\n```json\n{}\n```\n<!-- not run: why -->\n\n```sh\n```\n\
                <!-- from: a/b.rs -->\n```rust\nx\n```\n<!-- serve -->\n```json\n```\n";
    let blocks = blocks(text);
    assert_eq!((blocks[0].line, &*blocks[0].text), (3, "echo 1\n\necho 2\n"));
    assert_eq!(blocks[0].does, Does::Run);
    assert!(matches!(blocks[1].does, Does::Nothing(_)), "no comment");
    assert!(
        matches!(blocks[2].does, Does::Nothing(_)),
        "the comment does not stand right before it"
    );
    assert_eq!(blocks[3].does, Does::Excerpt("a/b.rs".into()));
    assert!(matches!(blocks[4].does, Does::Nothing(_)), "JSON starts no server");
    assert_eq!(
        Does::read(Some("not run: needs Docker"), "sh"),
        Does::NotRun("needs Docker".into())
    );
    assert!(matches!(Does::read(Some("not run:"), "sh"), Does::Nothing(_)), "without a reason");
}

#[test]
fn links_outside_of_blocks_are_found() {
    let text = "see [a](b.md) and [c](d#e)\n```sh\n[x](y)\n```\n<img src=\"f.png\" alt=\"\">\n";
    let found = links(text);
    let found: Vec<_> = found.iter().map(|(line, target)| (*line, target.as_str())).collect();
    assert_eq!(found, [(1, "b.md"), (1, "d#e"), (5, "f.png")]);
}

#[test]
fn headings_are_anchors() {
    let text = "# Being `a`, or not\n```sh\n# no\n```\n#no\n### Close codes\n";
    assert_eq!(anchors(text), ["being-a-or-not", "close-codes"]);
}
