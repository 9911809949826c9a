//! `chinwag export`: the people of a running server as lines that `chinwag import` takes.

use std::{
    fs::File,
    io::{self, Write, stdout},
    path::{Path, PathBuf},
};

use chinwag_client::Client;
use clap::Args;

use super::{operator::Operator, progress::Progress};
use crate::{
    config::{Config, Values},
    console::complain,
    failure::Failure,
};

pub const EXAMPLES: &str = "\
Examples:
  chinwag export > people.jsonl
  chinwag export --output people.jsonl
  chinwag export --server https://chat.example.org --token \"$ADMIN_TOKEN\" | wc -l

Each line is a person as chinwag import takes it, sorted by id; deactivated people have \"active\":false,
and nothing is left of who was erased. Messages are not part of it: back up the database for those.

Exit codes: 0 whole, 1 it broke off (the last line may be missing), 2 not begun.";

#[derive(Debug, Args)]
pub struct Export {
    /// Write to this file instead; it appears once it is whole
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    operator: Operator,
}

impl Export {
    pub async fn execute(&self, config: &Config, values: &Values) -> Result<(), Failure> {
        let client = self.operator.client(config, values).await?;
        let Some(path) = &self.output else {
            let lines = fetch(&client, &mut stdout().lock()).await?;
            complain(&told(lines));
            return Ok(());
        };
        let draft = draft(path);
        let failed =
            |error| Failure::because(&format!("{} cannot be written", path.display()), &error);
        let mut file = File::create(&draft).map_err(failed)?;
        let outcome = fetch(&client, &mut file).await;
        let outcome = match outcome {
            Ok(lines) => file
                .sync_all()
                .and_then(|()| std::fs::rename(&draft, path))
                .map(|()| lines)
                .map_err(failed),
            Err(failure) => Err(failure),
        };
        match outcome {
            Ok(lines) => complain(&format!("{} in {}", told(lines), path.display())),
            Err(failure) => {
                let _ = std::fs::remove_file(&draft);
                return Err(failure);
            }
        }
        Ok(())
    }
}

/// Writes what the server sends as it comes; how many lines it was.
async fn fetch(client: &Client, out: &mut impl Write) -> Result<usize, Failure> {
    let broke_off =
        |error: &(dyn std::error::Error + 'static)| Failure::because("the export broke off", error);
    let progress = Progress::of_things("exporting people");
    let mut pieces = client.stream("/users/export").await.map_err(|error| broke_off(&error))?;
    let mut lines = 0;
    while let Some(piece) = pieces.next().await.map_err(|error| broke_off(&error))? {
        out.write_all(&piece).map_err(|error: io::Error| broke_off(&error))?;
        let ended = piece.split(|byte| *byte == b'\n').count() - 1;
        lines += ended;
        progress.advance(ended);
    }
    out.flush().map_err(|error| broke_off(&error))?;
    progress.end();
    Ok(lines)
}

fn told(lines: usize) -> String {
    format!("{lines} {}", if lines == 1 { "person" } else { "people" })
}

/// Beside the file, so that a rename makes it whole.
fn draft(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
