//! What a typed line asks for. Nothing here does anything.

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Say this in the conversation that is open.
    Say(String),
    /// What can be typed.
    Help,
    /// The conversations; with words, those whose name has them.
    List(String),
    /// Open a conversation: a number of the list, a person, a group, an id.
    To(String),
    /// Found a group and open it.
    Group { name: String, people: Vec<String> },
    /// The last messages once more, so many.
    History(u16),
    /// Who is in the conversation, and who is there.
    Who,
    /// Messages with these words, in all conversations.
    Search(String),
    /// Replace one's own last message.
    Edit(String),
    /// Delete one's own last message.
    Delete,
    /// React to the last message.
    React(String),
    /// Leave.
    Quit,
    /// Nothing was typed.
    Nothing,
    /// It cannot be understood; what would be.
    Unclear(String),
}

/// Messages that are shown at once, at most.
const MOST: u16 = 100;
/// Messages that are shown unless a number is given.
pub(crate) const USUAL: u16 = 20;

/// Every command, what follows it, and what it does: for `/help` and for completion.
pub(crate) const ALL: &[(&str, &str, &str)] = &[
    ("/help", "", "this list"),
    ("/list", "[words]", "your conversations, the newest first"),
    ("/to", "WHO", "open one: its number in the list, a person, a group, an id"),
    ("/group", "NAME: WHO, WHO", "found a group"),
    ("/who", "", "who is in this conversation, and who is there"),
    ("/history", "[number]", "the last messages once more"),
    ("/search", "WORDS", "messages with these words, in all conversations"),
    ("/edit", "TEXT", "replace your last message"),
    ("/delete", "", "delete your last message"),
    ("/react", "EMOJI", "react to the last message"),
    ("/quit", "", "leave (Ctrl-D too)"),
];

/// Understands a line.
pub(crate) fn parse(line: &str) -> Command {
    let line = line.trim();
    if line.is_empty() {
        return Command::Nothing;
    }
    if let Some(text) = line.strip_prefix("//") {
        return Command::Say(format!("/{text}"));
    }
    if !line.starts_with('/') {
        return Command::Say(line.to_owned());
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match (word, rest.is_empty()) {
        ("/help" | "/?", _) => Command::Help,
        ("/list", _) => Command::List(rest.to_owned()),
        ("/to", false) => Command::To(rest.to_owned()),
        ("/group", false) => group(rest),
        ("/who", _) => Command::Who,
        ("/history", true) => Command::History(USUAL),
        ("/history", false) => match rest.parse() {
            Ok(number) if (1..=MOST).contains(&number) => Command::History(number),
            _ => Command::Unclear(format!("/history takes a number from 1 to {MOST}")),
        },
        ("/search", false) => Command::Search(rest.to_owned()),
        ("/edit", false) => Command::Edit(rest.to_owned()),
        ("/delete", _) => Command::Delete,
        ("/react", false) => Command::React(rest.to_owned()),
        ("/quit" | "/exit", _) => Command::Quit,
        _ => Command::Unclear(unclear(word)),
    }
}

fn group(rest: &str) -> Command {
    let (name, people) = rest.split_once(':').unwrap_or((rest, ""));
    let people: Vec<String> =
        people.split(',').map(|who| who.trim().to_owned()).filter(|who| !who.is_empty()).collect();
    if name.trim().is_empty() || people.is_empty() {
        return Command::Unclear("say /group NAME: WHO, WHO".to_owned());
    }
    Command::Group { name: name.trim().to_owned(), people }
}

/// A known command lacks what follows it; an unknown one may be text.
fn unclear(word: &str) -> String {
    match ALL.iter().find(|(name, _, _)| *name == word) {
        Some((name, takes, _)) => format!("say {name} {takes}"),
        None => {
            format!("there is no {word}: /help lists what there is; //… sends text with a slash")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        let text = |text: &str| text.to_owned();
        for (line, command) in [
            ("  hello /to you ", Command::Say(text("hello /to you"))),
            ("//etc is a folder", Command::Say(text("/etc is a folder"))),
            ("", Command::Nothing),
            (" \t", Command::Nothing),
            ("/list", Command::List(text(""))),
            ("/list  ann b", Command::List(text("ann b"))),
            ("/to bob", Command::To(text("bob"))),
            ("/history", Command::History(USUAL)),
            ("/history 3", Command::History(3)),
            ("/react 👍", Command::React(text("👍"))),
            ("/exit", Command::Quit),
            (
                "/group Harbour walk: ann, Bob Ray,",
                Command::Group {
                    name: text("Harbour walk"),
                    people: vec![text("ann"), text("Bob Ray")],
                },
            ),
        ] {
            assert_eq!(parse(line), command, "{line:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_with_what_would_be() {
        for (line, told) in [
            ("/to", "say /to WHO"),
            ("/edit ", "say /edit TEXT"),
            ("/history 0", "/history takes a number from 1 to 100"),
            ("/history all", "/history takes a number from 1 to 100"),
            ("/group Walk", "say /group NAME: WHO, WHO"),
            ("/group : ann", "say /group NAME: WHO, WHO"),
            (
                "/nick ann",
                "there is no /nick: /help lists what there is; //… sends text with a slash",
            ),
        ] {
            assert_eq!(parse(line), Command::Unclear(told.to_owned()), "{line:?}");
        }
    }

    /// A command that is listed and not understood would be a promise that is not kept.
    #[test]
    fn every_listed_command_is_understood() {
        for (name, takes, _) in ALL {
            let example = match *takes {
                "NAME: WHO, WHO" => "Walk: ann".to_owned(),
                "[number]" => "5".to_owned(),
                other => other.to_lowercase(),
            };
            let command = parse(&format!("{name} {example}"));
            assert!(
                !matches!(command, Command::Unclear(_) | Command::Say(_)),
                "{name}: {command:?}"
            );
        }
    }
}
