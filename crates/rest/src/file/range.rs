//! The header `Range` (RFC 9110, 14.2): one range is answered; several, other
//! units and what makes no sense are passed over, as they may be.

use std::ops::Range;

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    All,
    Part(Range<u64>),
    /// Nothing that is in it.
    Outside,
}

/// What that header asks for, of a file of so many bytes.
pub(super) fn asked(header: &str, size: u64) -> Asked {
    let Some((unit, range)) = header.split_once('=') else { return Asked::All };
    let Some((first, last)) = range.trim().split_once('-') else { return Asked::All };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::All;
    }
    match (number(first), number(last)) {
        (None, Some(count)) if first.is_empty() => part(size.saturating_sub(count)..size),
        (Some(first), None) if last.is_empty() => part(first..size),
        (Some(first), Some(last)) if first <= last => part(first..last.saturating_add(1).min(size)),
        _ => Asked::All,
    }
}

fn part(range: Range<u64>) -> Asked {
    if range.is_empty() { Asked::Outside } else { Asked::Part(range) }
}

/// Digits alone; more than there are numbers for are a great many.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_the_rest_is_passed_over() {
        let part = |range: Range<u64>| Asked::Part(range);
        for (header, expected) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=0-99", part(0..100)),
            ("bytes=0-100", part(0..100)),
            ("bytes=99-", part(99..100)),
            ("bytes=5-9", part(5..10)),
            ("Bytes = 5-9", part(5..10)),
            ("bytes=-1", part(99..100)),
            ("bytes=-100", part(0..100)),
            ("bytes=-1000", part(0..100)),
            ("bytes=0-99999999999999999999999999", part(0..100)),
            ("bytes=-99999999999999999999999999", part(0..100)),
            ("bytes=100-", Asked::Outside),
            ("bytes=100-200", Asked::Outside),
            ("bytes=99999999999999999999999999-", Asked::Outside),
            ("bytes=18446744073709551615-18446744073709551615", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=9-5", Asked::All),
            ("bytes=-", Asked::All),
            ("bytes=", Asked::All),
            ("bytes", Asked::All),
            ("bytes=a-b", Asked::All),
            ("bytes=+1-2", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("bytes=--1", Asked::All),
            ("items=0-1", Asked::All),
            ("", Asked::All),
        ] {
            assert_eq!(asked(header, 100), expected, "{header}");
        }
    }
}
