//! Query strings, read strictly: a parameter that nobody knows, that comes
//! twice or that does not fit is refused, since a typo must not pass silently.

use std::{collections::HashMap, fmt::Display};

use actix_web::{HttpRequest, http::Method};
use chinwag_application::{Error, FieldError};
use chinwag_domain::{
    ConversationType, JobState, Limit, MessageKind, Order, PageNumber, Revision, Seq, Timestamp,
    UserId,
};
use url::form_urlencoded;

/// The parameters that a resource knows for GET; where there is none, it knows none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known(pub &'static [&'static str]);

/// The same for DELETE.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownOfDelete(pub &'static [&'static str]);

/// Refuses parameters that the resource does not know.
pub(crate) fn check_names(request: &HttpRequest) -> Result<(), Error> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let reading = request.method().is_safe();
    let known = if reading {
        request.app_data::<Known>().map(|known| known.0)
    } else {
        let deleting = request.method() == Method::DELETE;
        request.app_data::<KnownOfDelete>().filter(|_| deleting).map(|known| known.0)
    };
    let known = known.unwrap_or_default();
    let mut seen = Vec::new();
    let mut errors = Vec::new();
    for (name, _) in form_urlencoded::parse(request.query_string().as_bytes()) {
        if !known.contains(&name.as_ref()) {
            errors.push(FieldError { detail: unknown(&name, known), pointer: name.clone().into() });
        } else if seen.contains(&name) {
            errors.push(error(&name, "was given more than once"));
        }
        seen.push(name);
    }
    errors.truncate(20);
    Error::unless_empty(errors)
}

fn unknown(name: &str, known: &[&str]) -> String {
    if matches!(name, "token" | "access_token") {
        "a token does not belong in a URL; send it as Authorization: Bearer".to_owned()
    } else if known.is_empty() {
        "is not known here; there are no parameters".to_owned()
    } else {
        format!("is not known here; there are {}", known.join(", "))
    }
}

fn error(name: &str, detail: impl Display) -> FieldError {
    FieldError { pointer: name.to_owned(), detail: detail.to_string() }
}

/// The values, and what did not fit so far.
pub(crate) struct Params {
    values: HashMap<String, String>,
    errors: Vec<FieldError>,
}

impl Params {
    /// Names have been checked when the caller was.
    pub fn of(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        Self { values: pairs.into_owned().collect(), errors: Vec::new() }
    }

    /// Fine when everything fitted.
    pub fn done(self) -> Result<(), Error> {
        Error::unless_empty(self.errors)
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    pub fn limit(&mut self) -> Option<Limit> {
        self.read("limit", |text| Limit::new(number(text)?).map_err(|invalid| invalid.0))
    }

    pub fn page(&mut self) -> Option<PageNumber> {
        self.read("page", |text| PageNumber::new(number(text)?).map_err(|invalid| invalid.0))
    }

    pub fn seq(&mut self, name: &str) -> Option<Seq> {
        self.read(name, |text| natural(text).map(Seq::new))
    }

    /// The revision that must be there.
    pub fn since(&mut self) -> Revision {
        if !self.values.contains_key("since") {
            self.errors.push(error("since", "is needed: the last revision that is known, or 0"));
        }
        self.read("since", |text| natural(text).map(Revision::new)).unwrap_or(Revision::ZERO)
    }

    pub fn order(&mut self) -> Option<Order> {
        self.read("order", |text| match text {
            "asc" => Ok(Order::Ascending),
            "desc" => Ok(Order::Descending),
            _ => Err("must be asc or desc"),
        })
    }

    pub fn kind(&mut self) -> Option<ConversationType> {
        self.read("type", |text| match text {
            "direct" => Ok(ConversationType::Direct),
            "group" => Ok(ConversationType::Group),
            _ => Err("must be direct or group"),
        })
    }

    pub fn job_state(&mut self) -> Option<JobState> {
        self.read("state", |text| {
            JobState::from_name(text).ok_or("must be waiting, running or dead")
        })
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let flag = self.read(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false"),
        });
        flag.unwrap_or(false)
    }

    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, |text| Timestamp::parse(text).ok_or("must be a time of RFC 3339"))
    }

    pub fn person(&mut self, name: &str) -> Option<UserId> {
        self.read(name, |text| text.parse().map_err(|invalid: chinwag_domain::Invalid| invalid.0))
    }

    pub fn message_kind(&mut self, name: &str) -> Option<MessageKind> {
        self.read(name, |text| MessageKind::from_name(text).ok_or("is no kind of message"))
    }

    /// People, divided by commas; they must be named.
    pub fn people(&mut self, name: &str) -> Vec<UserId> {
        if !self.values.contains_key(name) {
            self.errors.push(error(name, "is needed: ids of people, divided by commas"));
        }
        let people = self.read(name, |text| {
            let ids = text.split(',').filter(|id| !id.is_empty());
            ids.map(str::parse).collect::<Result<_, chinwag_domain::Invalid>>().map_err(|it| it.0)
        });
        people.unwrap_or_default()
    }

    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.values.remove(name)?;
        read(&text).map_err(|detail| self.errors.push(error(name, detail))).ok()
    }
}

fn number(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "must be a whole number")
}

fn natural(text: &str) -> Result<i64, &'static str> {
    number(text).ok().filter(|number| *number >= 0).ok_or("must be a whole number from 0")
}
