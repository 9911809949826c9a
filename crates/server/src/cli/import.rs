//! `chinwag import`: people of a host application, from a file into a running server, which so hears of them
//! at once. A line that does not fit is named by its number and keeps no other from being stored.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, stdin},
    path::PathBuf,
    time::Duration,
};

use chinwag_client::{Client, Error, Method, Response};
use clap::Args;
use serde::Deserialize;
use tokio::time::sleep;

use super::{operator::Operator, progress::Progress};
use crate::{
    config::{Config, Values},
    console::{complain, say},
    failure::Failure,
};

pub const EXAMPLES: &str = "\
Examples:
  chinwag import people.jsonl
  chinwag import --server https://chat.example.org --token \"$ADMIN_TOKEN\" people.jsonl
  chinwag export | chinwag import --server http://127.0.0.1:9000 -

A person is a line of JSON; what is left out stays as it is:
  {\"id\":\"ann\",\"name\":\"Ann Lee\",\"username\":\"ann\",\"avatar_url\":\"https://…\",\"active\":true}

It may be run again at any time: what is known already is not changed. Where the server keeps the
accounts (auth.mode = \"local\"), people choose their usernames themselves, and a line must have none.

Exit codes: 0 all lines are stored, 1 some are not (each is named) or it broke off, 2 not begun.";

/// Lines that the server stores in one transaction; so many are sent at once.
const BATCH: usize = 500;

#[derive(Debug, Args)]
pub struct Import {
    /// A file with a person to each line; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    operator: Operator,
}

/// What the server says of a batch.
#[derive(Debug, Default, Deserialize)]
struct Imported {
    created: u64,
    updated: u64,
    unchanged: u64,
    failed_count: u64,
    failed: Vec<FailedLine>,
}

#[derive(Debug, Deserialize)]
struct FailedLine {
    line: u64,
    pointer: String,
    detail: String,
}

impl Import {
    pub async fn execute(&self, config: &Config, values: &Values) -> Result<(), Failure> {
        let (lines, bytes) = self.open()?;
        let client = self.operator.client(config, values).await?;
        let progress = Progress::of_bytes("importing", bytes);
        let mut sum = Imported::default();
        let outcome = self.send(&client, lines, &progress, &mut sum).await;
        progress.end();
        let Imported { created, updated, unchanged, failed_count, .. } = sum;
        say(&format!(
            "{created} created, {updated} updated, {unchanged} unchanged, {failed_count} failed"
        ));
        outcome?;
        match failed_count {
            0 => Ok(()),
            _ => Err(Failure::No(
                "the lines above are not stored; mend them and import again".to_owned(),
            )),
        }
    }

    /// The lines, and how many bytes they have, where that is known.
    fn open(&self) -> Result<(Box<dyn BufRead + Send>, Option<u64>), Failure> {
        if self.file.as_os_str() == "-" {
            return Ok((Box::new(BufReader::new(stdin())), None));
        }
        let opened = File::open(&self.file).and_then(|file| match file.metadata()? {
            about if about.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            about => Ok((about.len(), file)),
        });
        let (bytes, file) = opened.map_err(|error| {
            Failure::Refused(format!("{} cannot be read: {error}", self.file.display()))
        })?;
        Ok((Box::new(BufReader::new(file)), Some(bytes)))
    }

    async fn send(
        &self,
        client: &Client,
        mut lines: Box<dyn BufRead + Send>,
        progress: &Progress,
        sum: &mut Imported,
    ) -> Result<(), Failure> {
        let mut first = 1;
        loop {
            let (mut batch, mut count) = (Vec::new(), 0);
            while count < BATCH
                && read_line(&mut lines, &mut batch)
                    .map_err(|error| self.broke_off(first, &error))?
            {
                count += 1;
            }
            if count == 0 {
                return Ok(());
            }
            let bytes = batch.len();
            let failed = |error| self.broke_off(first, &error);
            let imported = post(client, batch.clone()).await.map_err(failed)?;
            sum.created += imported.created;
            sum.updated += imported.updated;
            sum.unchanged += imported.unchanged;
            sum.failed_count += imported.failed_count;
            self.name(client, batch, first, imported, progress).await?;
            progress.advance(bytes);
            first += count as u64;
        }
    }

    /// Names every line that does not fit. The server names the first hundred of a batch; what comes after
    /// them is asked for again, which changes nothing twice.
    async fn name(
        &self,
        client: &Client,
        mut batch: Vec<u8>,
        mut first: u64,
        mut imported: Imported,
        progress: &Progress,
    ) -> Result<(), Failure> {
        loop {
            for FailedLine { line, pointer, detail } in &imported.failed {
                let place = format!("{}:{}", self.file.display(), first + line - 1);
                let pointer =
                    if pointer.is_empty() { String::new() } else { format!("{pointer} ") };
                let detail = without_line(detail);
                progress.above(|| complain(&format!("{place}: {pointer}{detail}")));
            }
            let named = imported.failed.len() as u64;
            let Some(last) = imported.failed.last().filter(|_| named < imported.failed_count)
            else {
                return Ok(());
            };
            let passed = usize::try_from(last.line).unwrap_or(usize::MAX);
            first += last.line;
            batch = batch
                .split_inclusive(|byte| *byte == b'\n')
                .skip(passed)
                .flatten()
                .copied()
                .collect();
            let failed = |error| self.broke_off(first, &error);
            imported = post(client, batch.clone()).await.map_err(failed)?;
        }
    }

    fn broke_off(&self, line: u64, error: &(dyn std::error::Error + 'static)) -> Failure {
        Failure::because(
            &format!(
                "the import broke off at line {line}; what came before is stored, and importing {} \
                 again changes nothing twice",
                self.file.display()
            ),
            error,
        )
    }
}

/// What a parser says of a record counts lines within the record; the line of the file stands before it.
fn without_line(detail: &str) -> String {
    let cut = detail.rsplit_once(" at line 1 column ");
    match cut.filter(|(_, column)| column.bytes().all(|byte| byte.is_ascii_digit())) {
        Some((what, column)) => format!("{what}, column {column}"),
        None => detail.to_owned(),
    }
}

/// Appends a line with its end, which the last one may lack; false when there is none.
fn read_line(lines: &mut impl BufRead, batch: &mut Vec<u8>) -> io::Result<bool> {
    let read = lines.read_until(b'\n', batch)?;
    if read > 0 && batch.last() != Some(&b'\n') {
        batch.push(b'\n');
    }
    Ok(read > 0)
}

/// Sends a batch, as often as the server asks for patience.
async fn post(client: &Client, batch: Vec<u8>) -> Result<Imported, Error> {
    loop {
        let sent = client.request_raw(
            Method::POST,
            "/users/import",
            Some("application/x-ndjson"),
            batch.clone(),
        );
        match sent.await.and_then(Response::into_value) {
            Err(Error::Refused(problem)) if problem.status == 429 => {
                sleep(Duration::from_millis(problem.retry_after_ms.unwrap_or(1_000))).await;
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_named_and_it_is_the_files() {
        for (told, cut) in [
            ("key must be a string at line 1 column 2", "key must be a string, column 2"),
            ("is at line 1 column x", "is at line 1 column x"),
            ("is no id", "is no id"),
        ] {
            assert_eq!(without_line(told), cut);
        }
    }

    #[test]
    fn the_last_line_may_lack_its_end() {
        let mut lines = io::Cursor::new(b"one\n\ntwo".to_vec());
        let mut batch = Vec::new();
        let mut count = 0;
        while read_line(&mut lines, &mut batch).unwrap() {
            count += 1;
        }
        assert_eq!((count, batch.as_slice()), (3, b"one\n\ntwo\n".as_slice()));
    }
}
