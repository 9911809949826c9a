//! Each kind of problem, as it goes over the wire.

use std::collections::BTreeMap;

use actix_web::{
    App, HttpResponse,
    error::{ErrorBadRequest, ErrorInternalServerError, InternalError},
    http::StatusCode,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service},
    web,
};
use async_trait::async_trait;
use chinwag_application::{ChatOptions, Error, FieldError};
use chinwag_domain::ports::{PasswordError, PasswordHasher};
use chinwag_rest::{Refusal, envelope};
use serde_json::json;

use crate::world::{Reply, World, at};

/// An app of which every path fails as told.
async fn failing(fail: impl Fn() -> actix_web::Error + Clone + 'static) -> Reply {
    let answer = move || {
        let error = fail();
        async move { Err::<HttpResponse, _>(error) }
    };
    let app = App::new().wrap(from_fn(envelope)).default_service(web::to(answer));
    let request = TestRequest::get().insert_header(("x-request-id", "r1")).to_request();
    Reply::of(call_service(&init_service(app).await, request).await).await
}

type Make = fn() -> Error;

const KINDS: &[(&str, Make)] = &[
    ("malformed", || Error::Malformed("EOF while parsing a value at line 1 column 0".into())),
    ("invalid", || {
        let detail = "must not be blank".to_owned();
        Error::Invalid(vec![FieldError { pointer: "/content".into(), detail }])
    }),
    ("token_missing", || Error::TokenMissing),
    ("token_expired", || Error::TokenExpired),
    ("token_invalid", || Error::TokenInvalid),
    ("session_revoked", || Error::SessionRevoked),
    ("deactivated", || Error::Deactivated),
    ("forbidden", || Error::Forbidden("this needs the role admin in the group".into())),
    ("not_found", || Error::NotFound),
    ("method_not_allowed", || Error::MethodNotAllowed),
    ("conflict", || Error::Conflict("this username is taken")),
    ("too_large", || Error::TooLarge("a body may have at most 256 KiB")),
    ("unsupported_media_type", || Error::UnsupportedMediaType),
    ("rate_limited", || Error::wait(1_500)),
    ("overloaded", || Error::Overloaded),
    ("unavailable", || Error::Unavailable("canary".into())),
    ("internal", || Error::Internal("canary".into())),
];

#[actix_web::test]
async fn every_kind_has_its_form() {
    let mut golden = BTreeMap::new();
    for &(name, make) in KINDS {
        let reply = failing(move || Refusal(make()).into()).await;
        assert!(!reply.text.contains("canary"), "{name}: {}", reply.text);
        golden.insert(name, reply.golden());
    }
    insta::assert_json_snapshot!(golden);
}

#[actix_web::test]
async fn errors_of_the_http_layer_become_problems_and_quote_nothing() {
    for (status, code) in [
        (400, "validation_failed"),
        (401, "token_missing"),
        (404, "not_found"),
        (405, "method_not_allowed"),
        (408, "validation_failed"),
        (413, "payload_too_large"),
        (415, "unsupported_media_type"),
        (431, "validation_failed"),
        (500, "internal"),
        (501, "internal"),
        (503, "overloaded"),
    ] {
        let status_code = StatusCode::from_u16(status).unwrap();
        let reply = failing(move || InternalError::new("canary", status_code).into()).await;
        let reply = reply.expect_problem(status, code);
        assert!(!reply.text.contains("canary"), "{}", reply.text);
    }
}

#[actix_web::test]
async fn a_service_that_fails_without_an_answer_still_answers_a_problem() {
    for (make, status, code) in [
        ((|| Refusal(Error::NotFound).into()) as fn() -> actix_web::Error, 404, "not_found"),
        (|| ErrorBadRequest("canary"), 400, "validation_failed"),
        (|| ErrorInternalServerError("canary"), 500, "internal"),
    ] {
        let breaks = from_fn(
            move |_: actix_web::dev::ServiceRequest,
                  _: actix_web::middleware::Next<actix_web::body::BoxBody>| async move {
                Err::<actix_web::dev::ServiceResponse, _>(make())
            },
        );
        let app = init_service(App::new().wrap(breaks).wrap(from_fn(envelope))).await;
        let request = TestRequest::get().insert_header(("x-request-id", "r1")).to_request();
        let error = actix_web::test::try_call_service(&app, request).await.unwrap_err();
        let response = error.error_response();
        let request = TestRequest::get().to_http_request();
        let response = actix_web::dev::ServiceResponse::new(request, response);
        let reply = Reply::of(response).await.expect_problem(status, code);
        assert_eq!(reply.header("x-request-id"), "r1");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(!reply.text.contains("canary"), "{}", reply.text);
    }
}

struct BrokenHasher;

#[async_trait]
impl PasswordHasher for BrokenHasher {
    async fn hash(&self, _: &str) -> Result<String, PasswordError> {
        Err(PasswordError("canary".into()))
    }

    async fn verify(&self, _: &str, _: Option<String>) -> Result<bool, PasswordError> {
        Err(PasswordError("canary".into()))
    }
}

#[actix_web::test]
async fn what_breaks_inside_stays_inside() {
    let world = World::with(&ChatOptions::default(), BrokenHasher);
    let body = json!({"username": "ann", "password": "long enough"});
    let reply = world.send(at("POST", "/auth/register").set_json(&body)).await;
    let reply = reply.expect_problem(500, "internal");
    assert!(!reply.text.contains("canary"), "{}", reply.text);
    assert_eq!(reply.json["temporary"], false);

    world.tokens.set_unavailable(true);
    let request = at("GET", "/users/me").insert_header(("authorization", "Bearer x"));
    let reply = world.send(request).await.expect_problem(503, "unavailable");
    assert_eq!((reply.header("retry-after"), &reply.json["temporary"]), ("1", &json!(true)));
}
