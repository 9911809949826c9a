//! The shop's own routes. One of them uses the chat: who ships an order says so to the customer.

use actix_web::{HttpRequest, HttpResponse, error::ErrorUnauthorized, http::header, web};
use serde_json::json;

use crate::{
    chat::Voice,
    shop::{NewOrder, Shop, SignIn},
};

/// Mounts them.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(|| async { "A shop. Sign in with POST /session." }))
        .route("/session", web::post().to(sign_in))
        .route("/session", web::delete().to(sign_out))
        .route("/orders", web::post().to(order))
        .route("/orders/{id}/ship", web::post().to(ship));
}

async fn sign_in(shop: web::Data<Shop>, who: web::Json<SignIn>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "session": shop.sign_in(&who.name) }))
}

async fn sign_out(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    if let Some(session) = session(&request) {
        shop.sign_out(session);
    }
    HttpResponse::NoContent().finish()
}

async fn order(
    shop: web::Data<Shop>,
    request: HttpRequest,
    wish: web::Json<NewOrder>,
) -> actix_web::Result<HttpResponse> {
    let customer = session(&request).and_then(|session| shop.customer(session));
    let customer = customer.ok_or_else(|| ErrorUnauthorized("sign in first"))?;
    Ok(HttpResponse::Created().json(shop.order(customer, wish.into_inner().item)))
}

async fn ship(
    shop: web::Data<Shop>,
    voice: web::Data<Voice>,
    id: web::Path<usize>,
) -> actix_web::Result<HttpResponse> {
    let Some(order) = shop.ship(*id) else { return Ok(HttpResponse::NotFound().finish()) };
    let text = format!("Your {} is on its way", order.item);
    // The same order told twice is one message.
    voice.say(&order.customer, &text, &format!("shipped-{}", order.id)).await?;
    Ok(HttpResponse::Ok().json(order))
}

fn session(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    value.to_str().ok()?.strip_prefix("Bearer ")
}
