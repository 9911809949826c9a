//! `chinwag completions` and `chinwag man`: what shells and `man` know of the command line, made from its
//! definition.

use std::{fs, io::Write as _, path::PathBuf};

use clap::Args;
use clap_complete::Shell;

use super::help;
use crate::{console::say, failure::Failure};

pub const EXAMPLES: &str = "\
Examples:
  chinwag completions bash > ~/.local/share/bash-completion/completions/chinwag
  chinwag completions zsh > ~/.zfunc/_chinwag        With ~/.zfunc in fpath
  chinwag completions fish > ~/.config/fish/completions/chinwag.fish

They hold from the next shell on.";

pub const MAN_EXAMPLES: &str = "\
Examples:
  chinwag man | man -l -
  chinwag man --output /usr/local/share/man/man1";

#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// Write the pages of all commands into this folder instead
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

impl Completions {
    pub fn execute(&self) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut help::command(), "chinwag", &mut script);
        // A reader that has seen enough is no failure of ours.
        let _ = std::io::stdout().lock().write_all(&script);
    }
}

impl Man {
    pub fn execute(&self) -> Result<(), Failure> {
        let Some(folder) = &self.output else {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(help::plain_command()).render(&mut page);
            rendered.map_err(|error| Failure::because("the page cannot be made", &error))?;
            let _ = std::io::stdout().lock().write_all(&page);
            return Ok(());
        };
        let failed =
            |error| Failure::because(&format!("{} cannot be written", folder.display()), &error);
        fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(help::plain_command(), folder).map_err(failed)?;
        say(&format!(
            "wrote the pages to {0}; read one with: man -l {0}/chinwag.1",
            folder.display()
        ));
        Ok(())
    }
}
