//! `chinwag migrate`: the schema, by hand.

use chinwag_storage::Database;
use clap::Subcommand;

use crate::{
    config::Config,
    console::say,
    database::{self, Place},
    failure::Failure,
    program,
};

const EXAMPLES: &str = "\
Examples:
  chinwag migrate status
  chinwag migrate up
  chinwag --config chinwag.toml migrate down --steps 1

It may run while servers do: it waits for those that migrate too. Before going down, stop the servers
and make a backup.";

#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Apply what is missing
    #[command(after_help = EXAMPLES)]
    Up,
    /// Undo the last changes, and with them what is stored in their tables
    #[command(after_help = EXAMPLES)]
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// List all changes and whether the database has them
    #[command(after_help = EXAMPLES)]
    Status,
}

impl Migrate {
    pub async fn execute(&self, config: &Config) -> Result<(), Failure> {
        let place = Place::of(&config.database);
        // Only going up begins something.
        if place.is_missing() && !matches!(self, Self::Up) {
            return Err(Failure::No(format!(
                "there is no database {place}: run it where the server runs, or set database.url; \
                 to make one: {} migrate up",
                program::name()
            )));
        }
        let database = database::open(config).await?;
        let outcome = self.run(&database).await;
        database.close().await;
        outcome
    }

    async fn run(&self, database: &Database) -> Result<(), Failure> {
        let failed = |error| database::not_migrated("the schema was not changed", &error);
        match self {
            Self::Up => database.migrate_up().await.map_err(failed)?,
            Self::Down { steps } => database.migrate_down(*steps).await.map_err(failed)?,
            Self::Status => {}
        }
        let unknown =
            |error| database::not_migrated("the schema is not one of this program", &error);
        for change in database.all_migrations().await.map_err(unknown)? {
            let state = match (change.known, change.applied) {
                (false, _) => "unknown to this program",
                (true, true) => "applied",
                (true, false) => "missing",
            };
            say(&format!("{state}  {}", change.name));
        }
        // What a newer program changed is listed, and is no schema to serve all the same.
        database.migration_status().await.map(drop).map_err(unknown)
    }
}
