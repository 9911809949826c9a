//! `/docs` and `/problems`: what a person reads to talk to this server. All of it is in the binary,
//! and nothing is asked of another server. Pages about frames and problems are made from the tables
//! that the code itself goes by.

mod html;
mod problems;
mod protocol;

use std::sync::{Arc, LazyLock};

use actix_web::web;
use bytes::Bytes;

use self::html::{ALONE, AMONG_OTHERS};
use crate::asset::{Asset, CSS, HTML, JAVASCRIPT};

macro_rules! asset {
    ($path:literal, $file:literal, $kind:expr) => {
        Asset::new($path, $kind, include_str!(concat!("../../assets/docs/", $file)))
    };
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets = vec![
        Asset::made("/docs", HTML, landing()),
        Asset::made("/docs/protocol", HTML, protocol::page()),
        asset!("/docs/console", "console.html", HTML),
        asset!("/docs/explorer", "explorer.html", HTML),
        asset!("/docs/console.js", "console.js", JAVASCRIPT),
        asset!("/docs/frames.js", "frames.js", JAVASCRIPT),
        asset!("/docs/explorer.js", "explorer.js", JAVASCRIPT),
        asset!("/docs/frame.css", "frame.css", CSS),
        Asset::new(AMONG_OTHERS.style, CSS, STYLE),
    ];
    assets.extend(swagger("/docs/swagger-ui-bundle.js", JAVASCRIPT));
    assets.extend(swagger("/docs/swagger-ui.css", CSS));
    assets.extend(problems::pages(AMONG_OTHERS));
    assets
});

/// The style of all pages but the explorer, which brings its own.
const STYLE: &str = concat!(
    include_str!("../../assets/docs/frame.css"),
    include_str!("../../assets/docs/docs.css")
);

static PROBLEMS_ALONE: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets = problems::pages(ALONE);
    assets.push(Asset::new(ALONE.style, CSS, STYLE));
    assets
});

/// Mounts all of it.
pub fn configure(config: &mut web::ServiceConfig) {
    for asset in ASSETS.iter() {
        asset.clone().configure(config);
    }
    // As people type it.
    for path in ["/docs", "/problems"] {
        config.service(web::redirect(format!("{path}/"), path).permanent());
    }
}

/// Mounts at `/problems` what the `type` of every problem leads to, for a program that has the chat within it: for
/// `App::configure`, at the root, where the types point whatever [`Embed::below`](crate::Embed::below) says.
pub fn problem_pages(config: &mut web::ServiceConfig) {
    for asset in PROBLEMS_ALONE.iter() {
        asset.clone().configure(config);
    }
}

/// A file of Swagger UI, which the crate has with it.
fn swagger(path: &'static str, kind: &'static str) -> Option<Asset> {
    let name = path.strip_prefix("/docs/")?;
    let config = Arc::new(utoipa_swagger_ui::Config::default());
    let file = utoipa_swagger_ui::serve(name, config).ok()??;
    Some(Asset { path: path.into(), kind, body: Bytes::from(file.bytes.into_owned()) })
}

fn landing() -> String {
    html::page(
        AMONG_OTHERS,
        "Documentation",
        "\
<h1>Documentation of this server</h1>
<p>Everything here comes from the server that you are looking at, and describes exactly that.</p>
<ul class=\"cards\">
<li><a href=\"/docs/explorer\"><strong>API explorer</strong><br>Every route with its parameters and answers; try them with a token.</a></li>
<li><a href=\"/docs/console\"><strong>WebSocket console</strong><br>Connect, send any frame, and see both directions with their times.</a></li>
<li><a href=\"/docs/protocol\"><strong>Protocol</strong><br>Every request and event of the socket, and what close codes mean.</a></li>
<li><a href=\"/problems\"><strong>Problems</strong><br>What each code means, and what to do about it.</a></li>
<li><a href=\"/api/v1/openapi.json\"><strong>openapi.json</strong><br>The REST side for programs, as OpenAPI 3.1.</a></li>
<li><a href=\"/api/v1/asyncapi.json\"><strong>asyncapi.json</strong><br>The socket for programs, as AsyncAPI 3.0.</a></li>
<li><a href=\"/\"><strong>Chat</strong><br>The page that comes with the server.</a></li>
</ul>",
    )
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        http::{StatusCode, header::LOCATION},
        test as http,
        test::TestRequest,
    };

    use super::*;

    /// The policy would break them, and they would break the policy.
    #[test]
    fn own_pages_need_no_inline_code_and_never_parse_markup() {
        for asset in ASSETS.iter().filter(|asset| !asset.path.contains("swagger-ui")) {
            let text = std::str::from_utf8(&asset.body).unwrap();
            let banned: &[&str] = match asset.kind {
                HTML => &["<script>", "<style", "style=", "onclick", "http://", "https://"],
                JAVASCRIPT => {
                    &["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
                }
                _ => &["@import", "url("],
            };
            for banned in banned {
                assert!(!text.contains(banned), "{} has {banned}", asset.path);
            }
        }
    }

    #[actix_web::test]
    async fn a_slash_at_the_end_leads_to_the_page() {
        let app = http::init_service(App::new().configure(configure)).await;
        for path in ["/docs", "/problems"] {
            let request = TestRequest::get().uri(&format!("{path}/")).to_request();
            let response = http::call_service(&app, request).await;
            assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
            assert_eq!(response.headers().get(LOCATION).unwrap(), path);
        }
    }

    #[test]
    fn the_explorer_is_in_the_binary() {
        for name in ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"] {
            let asset = ASSETS.iter().find(|asset| asset.path == name).unwrap();
            assert!(asset.body.len() > 100_000, "{name}");
        }
    }
}
