//! The pages that the `type` of a problem leads to, made from the table of problems.

use chinwag_application::ProblemKind;

use super::html::{Frame, escaped, page, table};
use crate::asset::{Asset, HTML};

/// A page for each code, and one that lists them.
pub fn pages(frame: Frame) -> Vec<Asset> {
    let mut pages = vec![Asset::made("/problems", HTML, list(frame))];
    for kind in first_of_each() {
        pages.push(Asset::made(kind.path(), HTML, about(frame, kind)));
    }
    pages
}

fn first_of_each() -> impl Iterator<Item = &'static ProblemKind> {
    let kinds = ProblemKind::ALL.into_iter().enumerate();
    kinds
        .filter(|(at, kind)| !ProblemKind::ALL[..*at].iter().any(|known| known.code == kind.code))
        .map(|(_, kind)| kind)
}

fn list(frame: Frame) -> String {
    let rows = ProblemKind::ALL.into_iter().map(|kind| {
        vec![
            format!("<a href=\"{}\"><code>{}</code></a>", kind.path(), kind.code),
            kind.status.to_string(),
            escaped(kind.meaning),
        ]
    });
    let body = format!(
        "<h1>Problems</h1>\n<p>Every 4xx and 5xx answer to a whole HTTP request is \
         <code>application/problem+json</code> (RFC 9457), and the same object is the <code>error</code> of a socket's reply. Programs go by <code>code</code>.</p>\n{}",
        table(&["code", "status", "what it means"], rows)
    );
    page(frame, "Problems", &body)
}

fn about(frame: Frame, first: &ProblemKind) -> String {
    let kinds = ProblemKind::ALL.into_iter().filter(|kind| kind.code == first.code);
    let sections = kinds.fold(String::new(), |sections, kind| {
        let again = if kind.temporary { "yes, after a while" } else { "no" };
        format!(
            "{sections}<h2>{} ({})</h2>\n<h3>What it means</h3>\n<p>{}</p>\n<h3>What to do</h3>\n<p>{}</p>\n\
             <p class=\"quiet\">May the same request succeed later? {again}.</p>\n",
            escaped(kind.title),
            kind.status,
            escaped(kind.meaning),
            escaped(kind.cure),
        )
    });
    let body = format!("<h1>Problem <code>{}</code></h1>\n{sections}", first.code);
    page(frame, first.code, &body)
}

#[cfg(test)]
mod tests {
    use actix_web::{App, http::StatusCode, test as http, test::TestRequest};

    use super::*;
    use crate::docs::html::ALONE;

    /// In another program, too: it has none of the other pages.
    #[actix_web::test]
    async fn the_pages_stand_alone() {
        let app = http::init_service(App::new().configure(crate::problem_pages)).await;
        let paths: Vec<_> = pages(ALONE).into_iter().map(|page| page.path).collect();
        assert!(paths.len() > 10, "{paths:?}");
        for path in paths {
            let response = http::call_service(&app, TestRequest::get().uri(&path).to_request());
            let page = http::read_body(response.await).await;
            let page = std::str::from_utf8(&page).unwrap();
            for link in page.split("href=\"/").skip(1) {
                let link = format!("/{}", link.split('"').next().unwrap());
                let response = http::call_service(&app, TestRequest::get().uri(&link).to_request());
                assert_eq!(response.await.status(), StatusCode::OK, "{path} leads to {link}");
            }
        }
    }

    #[actix_web::test]
    async fn every_problem_has_a_page_that_says_what_to_do() {
        let app = http::init_service(App::new().configure(crate::docs::configure)).await;
        for kind in ProblemKind::ALL {
            let request = TestRequest::get().uri(&kind.path()).to_request();
            let response = http::call_service(&app, request).await;
            assert_eq!(response.status(), StatusCode::OK, "{}", kind.path());
            let page = http::read_body(response).await;
            let page = std::str::from_utf8(&page).unwrap();
            assert!(!kind.meaning.is_empty() && !kind.cure.is_empty(), "{}", kind.code);
            for text in [kind.title, kind.meaning, kind.cure] {
                assert!(page.contains(&escaped(text)), "{}: {text}", kind.code);
            }
        }
    }
}
