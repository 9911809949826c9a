//! The page for application admins at `/admin`, where the operator has asked for it: the plain files of
//! `assets/admin`, which need no build. It holds no right: whatever it shows, the server has given to the token
//! that was pasted into it.

use actix_web::web;

use crate::asset::{Asset, CSS, HTML, JAVASCRIPT};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((concat!("/admin/", $name), include_str!(concat!("../assets/admin/", $name)))),+]
    };
}

static FILES: &[(&str, &str)] = files![
    "admin.css",
    "api.js",
    "app.js",
    "dom.js",
    "index.html",
    "paged.js",
    "rates.js",
    "texts.js",
    "views/audit.js",
    "views/connections.js",
    "views/groups.js",
    "views/jobs.js",
    "views/overview.js",
    "views/parts.js",
    "views/people.js",
];

/// Mounts the page.
pub fn configure(config: &mut web::ServiceConfig) {
    for (path, text) in FILES {
        let asset = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("css") => Asset::new(path, CSS, text),
            Some("js") => Asset::new(path, JAVASCRIPT, text),
            _ => Asset::new("/admin", HTML, text),
        };
        asset.configure(config);
    }
}

#[cfg(test)]
#[allow(clippy::case_sensitive_file_extension_comparisons)] // our own names
mod tests {
    use super::*;

    /// The policy would break them, and they would break the policy.
    #[test]
    fn the_page_needs_no_inline_code_and_never_parses_markup() {
        for (path, text) in FILES {
            let banned: &[&str] = if path.ends_with(".html") {
                &["<script>", "style=", "onclick"]
            } else {
                &[
                    "innerHTML",
                    "outerHTML",
                    "insertAdjacentHTML",
                    "document.write",
                    "eval(",
                    "style=",
                ]
            };
            for banned in banned {
                assert!(!text.contains(banned), "{path} has {banned}");
            }
        }
    }

    /// A module that is missing leaves an empty page.
    #[test]
    fn every_file_that_is_asked_for_is_there() {
        for (path, text) in FILES {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for wanted in
                text.split(['\'', '"']).filter(|it| it.ends_with(".js") || it.ends_with(".css"))
            {
                let wanted = match wanted.split_once('/') {
                    Some((".", rest)) => format!("{folder}/{rest}"),
                    Some(("..", rest)) => format!("/admin/{rest}"),
                    _ => wanted.to_owned(),
                };
                assert!(
                    FILES.iter().any(|(known, _)| *known == wanted),
                    "{path} asks for {wanted}"
                );
            }
        }
    }
}
