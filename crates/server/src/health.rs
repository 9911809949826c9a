//! `/health/live` and `/health/ready`: for whoever restarts the process or sends it traffic.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpResponse, http::header, web};
use async_trait::async_trait;
use chinwag_application::Error;
use chinwag_rest::Refusal;
use tokio_util::sync::CancellationToken;

use crate::contract;

/// A database that takes longer than this serves nobody.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something without which no request can be served.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Whether it answers.
    async fn answers(&self) -> bool;
}

/// What readiness is judged by.
#[derive(Clone)]
pub struct Health {
    probe: Arc<dyn Probe>,
    draining: CancellationToken,
}

impl Health {
    /// Ready while the probe answers and nobody has asked the server to stop.
    pub fn new(probe: Arc<dyn Probe>, draining: CancellationToken) -> Self {
        Self { probe, draining }
    }

    /// Mounts both routes.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(web::Data::new(self.clone()))
            .service(web::resource("/health/live").route(web::get().to(live)))
            .service(web::resource("/health/ready").route(web::get().to(ready)));
    }

    async fn refusal(&self) -> Option<&'static str> {
        if self.draining.is_cancelled() {
            return Some("the server is stopping");
        }
        match tokio::time::timeout(PATIENCE, self.probe.answers()).await {
            Ok(true) => None,
            _ => Some("the database does not answer"),
        }
    }
}

async fn live() -> HttpResponse {
    fine()
}

async fn ready(health: web::Data<Health>) -> Result<HttpResponse, Refusal> {
    match health.refusal().await {
        None => Ok(fine()),
        Some(detail) => Err(Error::Unavailable(detail.into()).into()),
    }
}

fn fine() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(contract::Health { status: "ok" })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use actix_web::{App, http::StatusCode, middleware::from_fn, test};

    use super::*;

    struct Switch(AtomicBool);

    #[async_trait]
    impl Probe for Switch {
        async fn answers(&self) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }

    struct Never;

    #[async_trait]
    impl Probe for Never {
        async fn answers(&self) -> bool {
            std::future::pending().await
        }
    }

    async fn status(health: &Health, path: &str) -> (StatusCode, String) {
        let app = App::new()
            .wrap(from_fn(chinwag_rest::envelope))
            .configure(|config| health.configure(config));
        let app = test::init_service(app).await;
        let response = test::call_service(&app, test::TestRequest::get().uri(path).to_request());
        let response = response.await;
        let status = response.status();
        (status, String::from_utf8(test::read_body(response).await.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn ready_follows_the_database_and_live_does_not() {
        let probe = Arc::new(Switch(AtomicBool::new(true)));
        let health = Health::new(probe.clone(), CancellationToken::new());
        assert_eq!(status(&health, "/health/ready").await.0, StatusCode::OK);
        probe.0.store(false, Ordering::SeqCst);
        let (code, body) = status(&health, "/health/ready").await;
        assert_eq!(code, StatusCode::SERVICE_UNAVAILABLE);
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&problem["code"], &problem["status"]), (&"unavailable".into(), &503.into()));
        assert!(problem["request_id"].is_string() && problem["detail"].is_string(), "{body}");
        assert_eq!(status(&health, "/health/live").await.0, StatusCode::OK);
    }

    #[actix_web::test]
    async fn a_draining_server_is_not_ready() {
        let draining = CancellationToken::new();
        let probe = Arc::new(Switch(AtomicBool::new(true)));
        let health = Health::new(probe, draining.clone());
        draining.cancel();
        assert_eq!(status(&health, "/health/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(&health, "/health/live").await.0, StatusCode::OK);
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_hangs_is_not_waited_for() {
        let health = Health::new(Arc::new(Never), CancellationToken::new());
        assert!(health.refusal().await.is_some());
    }
}
