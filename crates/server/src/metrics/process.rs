//! What is measured of the process as a whole: which build it is, since when it runs, what it holds.

use std::{
    any::Any,
    fs,
    time::{Duration, Instant},
};

use actix_web::dev::Extensions;
use chinwag_domain::ports::Clock as _;
use metrics::{Gauge, Unit, gauge, histogram};

use crate::ambient::SystemClock;

/// Says once what does not change.
pub fn describe() {
    gauge!(
        description: "1, with the version as a label",
        unit: Unit::Count,
        "chinwag_build_info",
        "version" => env!("CARGO_PKG_VERSION")
    )
    .set(1);
    gauge!(
        description: "When the process began to serve, in seconds since 1970",
        unit: Unit::Seconds,
        "chinwag_start_time_seconds"
    )
    .set(Duration::from_millis(u64::try_from(SystemClock.now().millis()).unwrap_or(0)));
    connections().increment(0);
}

/// A job ran for so long.
pub fn job_took(kind: String, begun: Instant) {
    histogram!(
        description: "Time of one attempt at a job",
        unit: Unit::Seconds,
        "chinwag_job_duration_seconds",
        "kind" => kind
    )
    .record(begun.elapsed());
}

/// For `HttpServer::on_connect`: counts a connection for as long as it lives.
pub fn keep_count(_: &dyn Any, data: &mut Extensions) {
    connections().increment(1);
    data.insert(Counted);
}

/// A connection that is counted.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        connections().decrement(1);
    }
}

fn connections() -> Gauge {
    gauge!(
        description: "TCP connections that are open, those of sockets among them",
        unit: Unit::Count,
        "chinwag_connections_open"
    )
}

/// What the kernel knows, where it tells.
pub fn observe() {
    if let Some(bytes) = resident_bytes() {
        gauge!(
            description: "Memory that the process holds",
            unit: Unit::Bytes,
            "process_resident_memory_bytes"
        )
        .set(bytes);
    }
    if let Ok(descriptors) = fs::read_dir("/proc/self/fd") {
        let count = u32::try_from(descriptors.count()).unwrap_or(u32::MAX);
        gauge!(description: "Open file descriptors", unit: Unit::Count, "process_open_fds")
            .set(count);
    }
}

fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kib) * 1024.0)
}
