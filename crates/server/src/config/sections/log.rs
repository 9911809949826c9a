//! `[log]`: what is logged, and how.

use tracing_subscriber::EnvFilter;

use super::Reader;

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// For whom.
    pub format: LogFormat,
    /// A level, or levels by part.
    pub level: String,
}

/// For whom logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// People.
    Text,
    /// Machines, one object per line.
    Json,
}

impl LogConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        let level = reader.required("log.level");
        if !is_filter(&level) {
            reader.refuse(
                "log.level",
                &format!(
                    "must be error, warn, info, debug or trace, or by part such as \
                     \"info,chinwag_ws=debug\", not {level:?}"
                ),
            );
        }
        Self { format: reader.choice("log.format", &formats, LogFormat::Text), level }
    }
}

/// A bare word that is no level would pass as the name of a part.
fn is_filter(level: &str) -> bool {
    let levels = ["error", "warn", "info", "debug", "trace", "off"];
    let known = level.split(',').all(|part| part.contains('=') || levels.contains(&part.trim()));
    known && EnvFilter::try_new(level).is_ok()
}
