//! `--help`, made from the definition of the commands, in groups by what one wants to do.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};

use super::Arguments;

/// Commands by what one wants to do; a test holds that each stands in one group.
const GROUPS: &[(&str, &[&str])] = &[
    ("Run a server", &["serve", "config", "migrate", "healthcheck"]),
    ("Talk to it", &["chat", "token", "demo"]),
    ("Keep its people and records", &["import", "export", "audit"]),
    ("See what it speaks", &["openapi", "asyncapi"]),
    ("Help", &["completions", "man", "help"]),
];

/// The command line, with its help in groups.
pub fn command() -> Command {
    let mut command = plain_command();
    // So that `help` is among them.
    command.build();
    let overview = overview(&command);
    plain_command().help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{overview}{{options}}{{after-help}}"
    ))
}

/// The command line as it is defined.
pub fn plain_command() -> Command {
    Arguments::command()
}

fn overview(command: &Command) -> String {
    let (heading, literal) =
        (command.get_styles().get_header(), command.get_styles().get_literal());
    let mut text = String::new();
    for (group, names) in GROUPS {
        let _ = writeln!(text, "{heading}{group}:{heading:#}");
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name:13}{literal:#}{about}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{heading}Options, for every command:{heading:#}");
    text
}

#[cfg(test)]
mod tests {
    use clap::{Parser as _, error::ErrorKind};

    use super::*;

    /// All commands that do something, with the words that lead to them.
    fn leaves(command: &Command, path: &str) -> Vec<(String, Command)> {
        if command.get_subcommands().next().is_none() {
            return vec![(path.to_owned(), command.clone())];
        }
        let below = command.get_subcommands().filter(|below| below.get_name() != "help");
        below.flat_map(|below| leaves(below, &format!("{path} {}", below.get_name()))).collect()
    }

    /// As a shell would take it apart, up to what is piped elsewhere or said about it.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
        for c in line.chars().chain([' ']) {
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (' ', None) if !word.is_empty() => words.push(std::mem::take(&mut word)),
                (' ', None) => {}
                (c, _) => word.push(c),
            }
        }
        words
    }

    #[test]
    fn every_command_stands_in_one_group() {
        let mut command = plain_command();
        command.build();
        let mut all: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
        let mut grouped: Vec<_> =
            GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        all.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn every_command_says_what_it_does_and_shows_examples() {
        for (path, command) in leaves(&plain_command(), "chinwag") {
            assert!(command.get_about().is_some(), "{path} does not say what it does");
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Examples:"), "{path} shows no example");
            assert!(
                after.contains(&format!("{} ", path.split(' ').nth(1).unwrap()))
                    || after.contains(&path),
                "{path}"
            );
        }
    }

    /// What is printed to be typed has to work when it is typed.
    #[test]
    fn every_example_is_understood() {
        let mut command = plain_command();
        command.build();
        let mut texts: Vec<String> = leaves(&command, "")
            .iter()
            .filter_map(|(_, leaf)| leaf.get_after_help().map(ToString::to_string))
            .collect();
        texts.extend(command.get_after_help().map(ToString::to_string));
        let mut tried = 0;
        for line in texts.iter().flat_map(|text| text.lines()) {
            let Some(at) = line.find("chinwag ").filter(|_| line.starts_with("  ")) else {
                continue;
            };
            let typed = line[at..].split([')', '>', '|']).next().unwrap();
            // Two spaces begin what is said about it.
            let typed = typed.split("  ").next().unwrap();
            if let Err(error) = Arguments::try_parse_from(words(typed)) {
                // What is cut short for people is no value.
                let cut = typed.contains('…') && error.kind() == ErrorKind::ValueValidation;
                assert!(cut, "{line:?}: {error}");
            }
            tried += 1;
        }
        assert!(tried > 30, "only {tried} examples were found");
    }
}
