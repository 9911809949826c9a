//! `chinwag audit`: whether the audit log is as it was written.

use std::sync::Arc;

use chinwag_application::AuditChain;
use chinwag_domain::AuditHead;
use chinwag_storage::{Database, SeaAuditLog};
use clap::Subcommand;

use crate::{
    config::Config,
    console::say,
    database::{self, Place},
    failure::Failure,
};

pub const EXAMPLES: &str = "\
Examples:
  chinwag --config chinwag.toml audit verify
  chinwag --config chinwag.toml audit verify --expect-head 1204:5f1c…

Who can write the whole database can also write the whole chain anew. So keep the head that is
printed somewhere else (a mail, a ticket, another machine) and pass it next time.

Exit codes: 0 the chain holds, 1 it does not (the first bad entry is named) or cannot be read.";

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walk the chain of hashes over the audit log, beside a running server or without one
    #[command(after_help = EXAMPLES)]
    Verify {
        /// A head that was printed earlier, through which the chain must lead
        #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
        expect_head: Option<AuditHead>,
    },
}

impl Audit {
    pub async fn execute(&self, config: &Config) -> Result<(), Failure> {
        let place = Place::of(&config.database);
        if place.is_missing() {
            return Err(Failure::No(format!(
                "there is no database {place}: run it where the server runs, or set database.url"
            )));
        }
        let database = database::open(config).await?;
        let outcome = self.run(&database).await;
        database.close().await;
        outcome
    }

    async fn run(&self, database: &Database) -> Result<(), Failure> {
        let Self::Verify { expect_head } = self;
        let chain = AuditChain::new(Arc::new(SeaAuditLog::new(database.clone())));
        let verified = chain.verify(*expect_head).await;
        match verified.map_err(|error| Failure::because("the audit log cannot be read", &error))? {
            Ok(verified) => {
                say(&format!("the audit log is whole: {} entries", verified.head.number));
                say(&format!("head: {}", verified.head));
                say(&format!("not sealed yet: {}", verified.unsealed));
                Ok(())
            }
            Err(tampered) => Err(Failure::No(format!("the audit log is not whole: {tampered}"))),
        }
    }
}

fn head(text: &str) -> Result<AuditHead, String> {
    text.parse().map_err(|error: chinwag_domain::Invalid| error.to_string())
}
