//! Logs: to standard error, for people or for machines. Nothing here decides what is logged; the rule
//! for those who do: no token, no password, no text of a message.

use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::sections::{LogConfig, LogFormat};

/// Starts logging. A second call changes nothing: an embedding program may have started its own.
pub fn start(config: &LogConfig) {
    // Statements hold what people wrote, so the database layer is kept quiet below warnings.
    let quiet = ["sqlx=warn", "sea_orm=warn", "sea_orm_migration=warn", "actix_server=warn"];
    let directives = quiet.join(",") + "," + &config.level;
    let filter = EnvFilter::try_new(directives).unwrap_or_default();
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // Both may fail only because somebody else logs already.
    let _ = match config.format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(layer.with_ansi(colours)).try_init()
        }
        LogFormat::Json => {
            registry.with(layer.json().flatten_event(true).with_current_span(true)).try_init()
        }
    };
}
