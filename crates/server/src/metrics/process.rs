//! What is measured of the process as a whole: which build it is, since when it runs, what it holds.

use std::{
    any::Any,
    fs,
    sync::Once,
    time::{Duration, Instant},
};

use actix_web::dev::Extensions;
use chinwag_domain::ports::Clock as _;
use metrics::{Gauge, Unit, counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::ambient::SystemClock;

/// In which the kernel tells programs of time, on every architecture but Alpha and Itanium (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

const JOB_DURATION: &str = "chinwag_job_duration_seconds";
const CONNECTIONS: &str = "chinwag_connections_open";

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
        "process_start_time_seconds"
    )
    .set(Duration::from_millis(u64::try_from(SystemClock.now().millis()).unwrap_or(0)));
    connections().increment(0);
}

/// Says once what is measured again and again: a recorder writes that down anew each time.
fn describe_often() {
    static DESCRIBED: Once = Once::new();
    DESCRIBED.call_once(|| {
        describe_histogram!(JOB_DURATION, Unit::Seconds, "Time of one attempt at a job");
        let about = "TCP connections that are open, those of sockets among them";
        describe_gauge!(CONNECTIONS, Unit::Count, about);
    });
}

/// A job ran for so long.
pub fn job_took(kind: String, begun: Instant) {
    describe_often();
    histogram!(JOB_DURATION, "kind" => kind).record(begun.elapsed());
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
    describe_often();
    gauge!(CONNECTIONS)
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
    let stat = fs::read_to_string("/proc/self/stat").ok();
    if let Some(seconds) = stat.as_deref().and_then(cpu_seconds) {
        counter!(
            description: "Time that processors spent on the process, in whole seconds",
            unit: Unit::Seconds,
            "process_cpu_seconds_total"
        )
        .absolute(seconds);
    }
    if let Ok(descriptors) = fs::read_dir("/proc/self/fd") {
        let count = u32::try_from(descriptors.count()).unwrap_or(u32::MAX);
        gauge!(description: "Open file descriptors", unit: Unit::Count, "process_open_fds")
            .set(count);
    }
}

/// What a processor did for the process, of its own and in the kernel, in seconds: `utime` and `stime` of
/// `proc_pid_stat(5)`.
fn cpu_seconds(stat: &str) -> Option<u64> {
    // The name of the program stands in brackets and may hold anything.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kib) * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_be_called_anything() {
        let stat = "7 (a) b (1 2) S 1 7 7 0 -1 4194560 9 0 0 0 250 155 3 4 20 0 9 0 1 2 3";
        assert_eq!(cpu_seconds(stat), Some(4));
        for broken in ["", "7 (chinwag", "7 (chinwag) S 1 7 7", "7 (c) S 1 7 7 0 -1 4 9 0 0 0 x 1"]
        {
            assert_eq!(cpu_seconds(broken), None, "{broken}");
        }
    }
}
