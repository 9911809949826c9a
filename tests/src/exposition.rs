//! The text format of Prometheus, read as strictly as `promtool check metrics` does: whatever a scraper would
//! stumble over, or a reviewer of metrics would frown at, fails the test.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of a series, by name.
pub type Labels = BTreeMap<String, String>;

/// One scrape.
#[derive(Debug, Default)]
pub struct Exposition {
    families: BTreeMap<String, Family>,
}

/// One metric with all of its series.
#[derive(Debug, Default)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// What it means.
    pub help: String,
    /// Name (with `_bucket`, `_sum` or `_count` for histograms), labels, value.
    series: Vec<(String, Labels, f64)>,
}

impl Exposition {
    /// Reads a scrape.
    ///
    /// # Panics
    /// When it does not keep to the format, with the line that does not.
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# ") {
                let (what, rest) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                let (name, said) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(is_name(name), "no name of a metric: {line}");
                let family = read.families.entry(name.to_owned()).or_default();
                let slot = if what == "HELP" { &mut family.help } else { &mut family.kind };
                assert!(matches!(what, "HELP" | "TYPE") && slot.is_empty(), "{line}");
                said.clone_into(slot);
                assert!(family.series.is_empty(), "after its samples, or in two places: {line}");
                name.clone_into(&mut current);
            } else {
                let (name, labels, value) = sample(line);
                let family = read.families.get_mut(&current);
                let family = family.unwrap_or_else(|| panic!("before its TYPE: {line}"));
                let suffix = name.strip_prefix(&current);
                let suffixes: &[&str] = match family.kind.as_str() {
                    "histogram" => &["_bucket", "_sum", "_count"],
                    "counter" | "gauge" => &[""],
                    other => panic!("{current} is a {other}"),
                };
                assert!(
                    suffix.is_some_and(|it| suffixes.contains(&it)),
                    "not of {current}: {line}"
                );
                family.series.push((name, labels, value));
            }
        }
        read.families.iter().for_each(|(name, family)| family.check(name));
        read
    }

    /// All metrics by name.
    pub fn families(&self) -> &BTreeMap<String, Family> {
        &self.families
    }

    /// The sum of all series of that name (with its suffix) that have these labels; `None` for none.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let fits = |its: &Labels| {
            labels.iter().all(|(name, value)| its.get(*name).is_some_and(|it| it == value))
        };
        let series = self.families.values().flat_map(|family| &family.series);
        let values: Vec<f64> = series
            .filter(|(known, its, _)| known == name && fits(its))
            .map(|(_, _, value)| *value)
            .collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }
}

impl Family {
    /// The names of its labels, without `le`.
    pub fn labels(&self) -> BTreeSet<&str> {
        let names = self.series.iter().flat_map(|(_, labels, _)| labels.keys());
        names.map(String::as_str).filter(|name| *name != "le").collect()
    }

    fn check(&self, name: &str) {
        assert!(
            !self.kind.is_empty() && !self.series.is_empty(),
            "{name} has no type or no series"
        );
        assert!(self.help.len() > 10, "{name} does not say what it means: {:?}", self.help);
        assert_eq!(name.ends_with("_total"), self.kind == "counter", "{name} is a {}", self.kind);
        for end in ["_count", "_sum", "_bucket", "_ms", "_milliseconds", "_kb"] {
            assert!(!name.ends_with(end), "{name} ends like something else, or in no base unit");
        }
        let keys: BTreeSet<_> =
            self.series.iter().map(|(name, labels, _)| (name, labels)).collect();
        assert_eq!(keys.len(), self.series.len(), "{name} has a series twice");
        if self.kind == "histogram" {
            self.check_buckets(name);
        } else {
            let le = self.series.iter().any(|(_, labels, _)| labels.contains_key("le"));
            assert!(!le, "{name} has the label of a histogram");
        }
    }

    /// Buckets only grow, and the last one holds what was counted.
    fn check_buckets(&self, name: &str) {
        let mut buckets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        for (_, labels, value) in self.series.iter().filter(|it| it.0.ends_with("_bucket")) {
            let mut labels = labels.clone();
            let bound =
                labels.remove("le").unwrap_or_else(|| panic!("{name} has a bucket without le"));
            buckets.entry(labels).or_default().push((number(&bound), *value));
        }
        for (labels, mut buckets) in buckets {
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(buckets.is_sorted_by(|a, b| a.1 <= b.1), "{name} {labels:?} shrinks");
            let count = self.series.iter().find(|it| it.0.ends_with("_count") && it.1 == labels);
            let last = buckets.last().copied();
            let all = count.map(|(_, _, count)| (f64::INFINITY, *count));
            assert_eq!(last, all, "{name} {labels:?} has not all in its last bucket");
        }
    }
}

/// `name{label="value",…} number`
fn sample(line: &str) -> (String, Labels, f64) {
    let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
    let (name, labels) = match series.split_once('{') {
        Some((name, rest)) => {
            let rest = rest.strip_suffix('}').unwrap_or_else(|| panic!("not closed: {line}"));
            (name, labels(rest, line))
        }
        None => (series, Labels::new()),
    };
    assert!(is_name(name), "no name of a metric: {line}");
    (name.to_owned(), labels, number(value))
}

fn labels(text: &str, line: &str) -> Labels {
    let mut labels = Labels::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label: {line}"));
        assert!(is_name(name) && !name.contains(':'), "no name of a label: {line}");
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next().unwrap_or_else(|| panic!("not closed: {line}")) {
                (at, '"') => break at,
                (_, '\\') => match characters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, it @ ('\\' | '"'))) => value.push(it),
                    _ => panic!("a bad escape: {line}"),
                },
                (_, it) => value.push(it),
            }
        };
        assert!(labels.insert(name.to_owned(), value).is_none(), "a label twice: {line}");
        rest = &after[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    labels
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        _ => text.parse().unwrap_or_else(|_| panic!("no number: {text}")),
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':';
    bytes.next().is_some_and(first) && bytes.all(|byte| first(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# HELP a_total Things that happened\n# TYPE a_total counter\n\
        a_total{kind=\"x\"} 1\na_total{kind=\"a \\\"y\\\"\"} 2\n\n\
        # HELP t_seconds Time that it took\n# TYPE t_seconds histogram\n\
        t_seconds_bucket{le=\"0.1\"} 1\nt_seconds_bucket{le=\"+Inf\"} 3\nt_seconds_sum 7.5\n\
        t_seconds_count 3\n";

    #[test]
    fn what_is_right_is_read() {
        let read = Exposition::read(GOOD);
        assert_eq!(read.value("a_total", &[]), Some(3.0));
        assert_eq!(read.value("a_total", &[("kind", "a \"y\"")]), Some(2.0));
        assert_eq!(read.value("t_seconds_sum", &[]), Some(7.5));
        assert_eq!(read.value("b_total", &[]), None);
        assert_eq!(read.families()["a_total"].labels(), BTreeSet::from(["kind"]));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (right, wrong) in [
            ("kind=\"x\"} 1", "kind=\"a \\\"y\\\"\"} 1"),
            ("a_total", "a_count"),
            ("counter", "gauge"),
            ("Things that happened", "Things"),
            ("le=\"+Inf\"} 3", "le=\"+Inf\"} 2"),
            ("t_seconds_bucket{le=\"0.1\"} 1", "t_seconds_bucket{le=\"0.1\"} 4"),
            ("kind=\"x\"", "ki-nd=\"x\""),
            ("t_seconds_sum 7.5", "t_seconds_sum seven"),
            ("# TYPE a_total counter\n", ""),
        ] {
            let text = GOOD.replace(right, wrong);
            assert_ne!(text, GOOD, "{right}");
            assert!(std::panic::catch_unwind(|| Exposition::read(&text)).is_err(), "{wrong}");
        }
    }
}
