//! A path and the methods that it answers; any other method is told which.

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, guard,
    http::{Method, header},
    web,
};

use crate::params::{Known, KnownOfDelete};

/// What a part of the protocol adds its resources to.
#[derive(Default)]
pub(crate) struct Routes(Vec<Route>);

/// A resource, and what it answers to.
#[cfg_attr(not(test), allow(dead_code))] // asked by the test of the contract alone
pub(crate) struct Route {
    pub path: &'static str,
    /// Methods, in the order of `Allow`.
    pub allowed: Vec<&'static str>,
    /// The query parameters of GET.
    pub params: &'static [&'static str],
    /// The query parameters of DELETE.
    pub delete_params: &'static [&'static str],
    resource: Resource,
}

impl Routes {
    pub fn service(&mut self, route: Route) -> &mut Self {
        self.0.push(route);
        self
    }

    /// Registers them with actix.
    pub fn mount(self, config: &mut web::ServiceConfig) {
        for route in self.0 {
            config.service(route.resource);
        }
    }

    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }
}

/// A resource while it is put together.
pub(crate) struct Methods(Route);

/// Begins a resource.
pub(crate) fn at(path: &'static str) -> Methods {
    Methods(Route {
        path,
        allowed: Vec::new(),
        params: &[],
        delete_params: &[],
        resource: web::resource(path),
    })
}

impl Methods {
    /// The parameters that GET takes.
    pub fn params(mut self, names: &'static [&'static str]) -> Self {
        self.0.params = names;
        self.0.resource = self.0.resource.app_data(Known(names));
        self
    }

    /// The parameters that DELETE takes.
    pub fn delete_params(mut self, names: &'static [&'static str]) -> Self {
        self.0.delete_params = names;
        self.0.resource = self.0.resource.app_data(KnownOfDelete(names));
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
        self.0.resource = self.0.resource.route(web::route().guard(reads).to(handler));
        self.0.allowed.extend(["GET", "HEAD"]);
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

    /// The resource, for [`Routes::service`].
    pub fn done(mut self) -> Route {
        let allowed = self.0.allowed.join(", ");
        self.0.resource = self.0.resource.default_service(web::to(move || {
            let allowed = allowed.clone();
            async move {
                HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed)).finish()
            }
        }));
        self.0
    }

    fn on<F, Args>(mut self, method: Method, name: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.0.resource = self.0.resource.route(web::method(method).to(handler));
        self.0.allowed.push(name);
        self
    }
}
