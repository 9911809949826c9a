//! The page at `/`: the chat client of `web/page`, compiled into the binary and served as it is.

use actix_web::web;
use serde_json::json;

use crate::{
    asset::{Asset, CSS, HTML, JAVASCRIPT, JSON, SVG, TEXT},
    config::{AuthMode, Config},
};

/// What the web build left in `assets/page`, by path.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The page, and what it has to know of this server before anybody has signed in.
#[derive(Clone)]
pub struct Page {
    settings: Asset,
}

impl Page {
    /// The page of a server with this configuration.
    pub fn new(config: &Config) -> Self {
        let settings = json!({ "sign_in": ways_in(config) }).to_string();
        Self { settings: Asset::made("/page.json", JSON, settings) }
    }

    /// Mounts it.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for asset in files() {
            asset.configure(config);
        }
        self.settings.clone().configure(config);
    }
}

/// How people come in, the easiest way first.
fn ways_in(config: &Config) -> &'static [&'static str] {
    match config.auth.mode {
        AuthMode::External => &["token"],
        AuthMode::Local if config.guests() => &["guest", "account"],
        AuthMode::Local => &["account"],
    }
}

fn files() -> impl Iterator<Item = Asset> {
    FILES.iter().map(|(path, text)| match *path {
        "/index.html" => Asset::new("/", HTML, text),
        path => Asset::new(path, kind(path), text),
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => HTML,
        Some("css") => CSS,
        Some("js") => JAVASCRIPT,
        Some("svg") => SVG,
        _ => TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    /// The policy would break them, and they would break the policy.
    #[test]
    fn the_page_needs_no_inline_code_and_never_parses_markup() {
        for asset in files() {
            let text = std::str::from_utf8(&asset.body).unwrap();
            let banned: &[&str] = match asset.kind {
                HTML => &["<script>", "style=", "onclick"],
                // Preact takes markup from a property that nobody here sets.
                _ if asset.path.starts_with("/vendor/") => &["eval(", "new Function"],
                _ => &["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("],
            };
            for banned in banned {
                assert!(!text.contains(banned), "{} has {banned}", asset.path);
            }
        }
    }

    /// A module that is missing leaves an empty page.
    #[test]
    fn every_file_that_is_asked_for_is_there() {
        let paths: Vec<_> = files().map(|asset| asset.path.into_owned()).collect();
        for asset in files().filter(|asset| [HTML, JAVASCRIPT].contains(&asset.kind)) {
            let text = std::str::from_utf8(&asset.body).unwrap();
            for wanted in asked_for(text) {
                let path = resolved(&asset.path, wanted);
                assert!(paths.contains(&path), "{} asks for {path}", asset.path);
            }
        }
        assert!(["/app.js", "/"].iter().all(|path| paths.iter().any(|known| known == path)));
    }

    fn asked_for(text: &str) -> Vec<&str> {
        let mut wanted = Vec::new();
        for (before, after) in
            [("src=\"", '"'), ("href=\"", '"'), ("from '", '\''), ("from\"", '"')]
        {
            let ends = text.match_indices(before).map(|(at, _)| &text[at + before.len()..]);
            wanted.extend(ends.filter_map(|rest| rest.split_once(after)).map(|(path, _)| path));
        }
        wanted.retain(|path| path.starts_with('/') || path.starts_with('.'));
        wanted
    }

    fn resolved(from: &str, wanted: &str) -> String {
        let base = url::Url::parse("http://host").unwrap().join(from).unwrap();
        base.join(wanted).unwrap().path().to_owned()
    }

    #[test]
    fn the_page_offers_what_the_server_takes() {
        let ways = |settings: &[(&str, &str)]| {
            let environment =
                settings.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let sources = Sources { environment: environment.collect(), ..Sources::default() };
            ways_in(&Config::load(&sources).unwrap().0).join(", ")
        };
        let secret = ("CHINWAG_AUTH__SECRET", "0123456789abcdef0123456789abcdef");
        assert_eq!(ways(&[]), "guest, account");
        assert_eq!(ways(&[secret]), "account");
        assert_eq!(ways(&[secret, ("CHINWAG_AUTH__GUESTS", "true")]), "guest, account");
        assert_eq!(ways(&[secret, ("CHINWAG_AUTH__MODE", "external")]), "token");
    }
}
