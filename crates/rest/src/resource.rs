//! A path and the methods that it answers; any other method is told which.

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, guard,
    http::{Method, header},
    web,
};

use crate::params::{Known, KnownOfDelete};

/// A resource while it is put together.
pub(crate) struct Methods {
    resource: Resource,
    allowed: Vec<&'static str>,
}

/// Begins a resource.
pub(crate) fn at(path: &str) -> Methods {
    Methods { resource: web::resource(path), allowed: Vec::new() }
}

impl Methods {
    /// The parameters that GET takes.
    pub fn params(mut self, names: &'static [&'static str]) -> Self {
        self.resource = self.resource.app_data(Known(names));
        self
    }

    /// The parameters that DELETE takes.
    pub fn delete_params(mut self, names: &'static [&'static str]) -> Self {
        self.resource = self.resource.app_data(KnownOfDelete(names));
        self
    }

    /// Reads; HEAD is the same without the body.
    pub fn get<F, Args>(mut self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let reads = guard::Any(guard::Get()).or(guard::Head());
        self.resource = self.resource.route(web::route().guard(reads).to(handler));
        self.allowed.extend(["GET", "HEAD"]);
        self
    }

    pub fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::POST, "POST", handler)
    }

    pub fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PUT, "PUT", handler)
    }

    pub fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PATCH, "PATCH", handler)
    }

    pub fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::DELETE, "DELETE", handler)
    }

    /// The resource, for `ServiceConfig::service`.
    pub fn done(self) -> Resource {
        let allowed = self.allowed.join(", ");
        self.resource.default_service(web::to(move || {
            let allowed = allowed.clone();
            async move {
                HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed)).finish()
            }
        }))
    }

    fn on<F, Args>(mut self, method: Method, name: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.resource = self.resource.route(web::method(method).to(handler));
        self.allowed.push(name);
        self
    }
}
