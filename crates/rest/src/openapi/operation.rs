//! One operation of the contract, while it is described. What all operations have in common, such as
//! what may go wrong anywhere, is added here, so that a description says what is its own alone.

use chinwag_application::schema::Schemas;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{
    parameters::{self, Parameter},
    responses,
};

/// How the schema of a type comes into the document.
pub type Schema = fn(&mut Schemas) -> Value;

/// One method of one path.
pub struct Operation {
    /// In capitals.
    pub(crate) method: &'static str,
    /// As the router knows it, below the base.
    pub(crate) path: &'static str,
    id: &'static str,
    summary: &'static str,
    about: &'static str,
    pub(crate) query: Vec<Parameter>,
    bodies: Vec<Body>,
    body_needed: bool,
    answers: Vec<Answer>,
    refusals: Vec<u16>,
    signed_in: SignedIn,
    counted: bool,
}

/// Whether a token has to come along.
enum SignedIn {
    Always,
    /// Not where the request says in another way who asks.
    MayBe,
    Never,
}

struct Body {
    kind: &'static str,
    schema: Schema,
}

struct Answer {
    status: u16,
    about: &'static str,
    /// By their content types; none for an answer without a body.
    contents: Vec<(&'static str, Schema)>,
    headers: Vec<&'static str>,
}

/// Begins a description; `id` is what generated clients call it.
pub fn operation(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        id,
        summary,
        about: "",
        query: Vec::new(),
        bodies: Vec::new(),
        body_needed: true,
        answers: Vec::new(),
        refusals: vec![401, 403, 422, 429, 500, 503],
        signed_in: SignedIn::Always,
        counted: true,
    }
}

impl Operation {
    /// More than the summary can say.
    #[must_use]
    pub fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// For anybody, without a token.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.signed_in = SignedIn::Never;
        self.refusals.retain(|status| !matches!(status, 401 | 403));
        self
    }

    /// With a token, or with what stands for one in the request itself.
    #[must_use]
    pub fn also_open(mut self) -> Self {
        self.signed_in = SignedIn::MayBe;
        self
    }

    /// Its answers do not say what is left of the rate limit.
    #[must_use]
    pub fn uncounted(mut self) -> Self {
        self.counted = false;
        self
    }

    /// Is never refused with these statuses, as most others may be.
    #[must_use]
    pub fn never(mut self, statuses: &[u16]) -> Self {
        self.refusals.retain(|status| !statuses.contains(status));
        self
    }

    /// Open, and not counted: it never waits, and takes anything.
    #[must_use]
    pub fn free(mut self) -> Self {
        self = self.open();
        self.counted = false;
        self.refusals.clear();
        self
    }

    /// Takes these query parameters.
    #[must_use]
    pub(crate) fn query(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        self.query.extend(parameters);
        self
    }

    /// Takes a JSON body.
    #[must_use]
    pub(crate) fn body<T: JsonSchema>(self) -> Self {
        self.body_of("application/json", Schemas::request::<T>)
    }

    /// Takes a JSON body, where none is an empty object.
    #[must_use]
    pub(crate) fn body_if_any<T: JsonSchema>(mut self) -> Self {
        self.body_needed = false;
        self.body::<T>()
    }

    /// Takes a body of that kind.
    #[must_use]
    pub(crate) fn body_of(mut self, kind: &'static str, schema: Schema) -> Self {
        self.bodies.push(Body { kind, schema });
        self.bodiless()
    }

    /// Takes no body, and refuses one.
    #[must_use]
    pub(crate) fn bodiless(mut self) -> Self {
        self.refusals.extend([400, 413, 415]);
        self
    }

    /// Answers JSON.
    #[must_use]
    pub fn answers<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        self.answers_with(status, about, "application/json", Schemas::answer::<T>)
    }

    /// Answers something of that kind.
    #[must_use]
    pub fn answers_with(
        mut self,
        status: u16,
        about: &'static str,
        kind: &'static str,
        schema: Schema,
    ) -> Self {
        let (contents, headers) = (vec![(kind, schema)], Vec::new());
        self.answers.push(Answer { status, about, contents, headers });
        self
    }

    /// The last answer may be of this kind instead.
    #[must_use]
    pub(crate) fn or(mut self, kind: &'static str, schema: Schema) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.contents.push((kind, schema));
        }
        self
    }

    /// Answers without a body.
    #[must_use]
    pub fn says(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, contents: Vec::new(), headers: Vec::new() });
        self
    }

    /// The last answer has these headers besides.
    #[must_use]
    pub(crate) fn with(mut self, headers: &[&'static str]) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.extend(headers);
        }
        self
    }

    /// May be refused with these statuses besides.
    #[must_use]
    pub fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    /// The operation as the document has it.
    pub(crate) fn written(&self, tag: &str, schemas: &mut Schemas) -> Value {
        let mut written = json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [tag],
            "responses": self.responses(schemas),
        });
        if !self.about.is_empty() {
            written["description"] = self.about.into();
        }
        let parameters = self.parameters(schemas);
        if !parameters.is_empty() {
            written["parameters"] = parameters.into();
        }
        if !self.bodies.is_empty() {
            let content: Map<String, Value> = self
                .bodies
                .iter()
                .map(|body| (body.kind.to_owned(), json!({ "schema": (body.schema)(schemas) })))
                .collect();
            written["requestBody"] = json!({ "required": self.body_needed, "content": content });
        }
        match self.signed_in {
            SignedIn::Always => {}
            SignedIn::MayBe => written["security"] = json!([{ "bearer": [] }, {}]),
            SignedIn::Never => written["security"] = json!([]),
        }
        written
    }

    fn parameters(&self, schemas: &mut Schemas) -> Vec<Value> {
        let mut written = Vec::new();
        for parameter in parameters::of_path(self.path) {
            written.push(parameter.written("path", schemas));
        }
        for parameter in &self.query {
            written.push(parameter.written("query", schemas));
        }
        written
    }

    fn responses(&self, schemas: &mut Schemas) -> Value {
        let mut all = Map::new();
        for answer in &self.answers {
            all.insert(answer.status.to_string(), answer.written(self.counted, schemas));
        }
        let by_id = self.path.contains('{').then_some(&404);
        for status in self.refusals.iter().chain(by_id) {
            all.insert(status.to_string(), responses::refusal(*status));
        }
        all.into()
    }
}

impl Answer {
    fn written(&self, counted: bool, schemas: &mut Schemas) -> Value {
        let rates: &[&str] = if counted { &["RateLimit", "RateLimit-Policy"] } else { &[] };
        let headers = ["X-Request-Id"].iter().chain(rates).chain(&self.headers);
        let headers: Map<String, Value> = headers.map(|name| responses::header(name)).collect();
        let mut written = json!({ "description": self.about, "headers": headers });
        if !self.contents.is_empty() {
            let contents = self
                .contents
                .iter()
                .map(|(kind, schema)| ((*kind).to_owned(), json!({ "schema": schema(schemas) })));
            written["content"] = contents.collect::<Map<String, Value>>().into();
        }
        written
    }
}
