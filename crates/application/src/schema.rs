//! The JSON Schemas of the wire, gathered for one document. They come from the types that are read
//! and written themselves: what a request may hold from how it is deserialised, what an answer
//! holds from how it is serialised. A type that goes both ways and differs has two.

use std::collections::BTreeSet;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Where documents keep them.
const PLACE: &str = "#/components/schemas/";
/// Where requests' are thought to be until both are known.
const REQUESTS: &str = "/requests";
/// What the name of a request's schema ends in, where an answer's has the same.
const TAKEN: &str = "Input";

/// The schemas that a document refers to.
pub struct Schemas {
    answers: SchemaGenerator,
    requests: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |place: &str| {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = place.to_owned().into();
            settings
        };
        Self {
            answers: settings("/components/schemas").for_serialize().into_generator(),
            requests: settings(REQUESTS).for_deserialize().into_generator(),
        }
    }
}

impl Schemas {
    /// What is written of that type.
    pub fn answer<T: JsonSchema>(&mut self) -> Value {
        tidy(self.answers.subschema_for::<T>().to_value())
    }

    /// What is read of that type.
    pub fn request<T: JsonSchema>(&mut self) -> Value {
        tidy(self.requests.subschema_for::<T>().to_value())
    }

    /// All schemas by their names, and the document with its references to them.
    pub fn finish(mut self, document: &mut Value) -> Map<String, Value> {
        let mut answers = all(self.answers.take_definitions(false));
        answers.values_mut().for_each(leave_out);
        let requests = all(self.requests.take_definitions(false));
        let differing = differing(&answers, &requests);
        redirect(document, &differing);
        for (name, mut schema) in requests {
            redirect(&mut schema, &differing);
            answers.insert(taken(&name, &differing), schema);
        }
        answers
    }
}

/// The references of a document that lead nowhere within it.
pub fn astray(document: &Value) -> Vec<String> {
    fn gather(value: &Value, document: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str)
                    && reference.strip_prefix('#').and_then(|to| document.pointer(to)).is_none()
                {
                    found.push(reference.to_owned());
                }
                fields.values().for_each(|field| gather(field, document, found));
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, document, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    gather(document, document, &mut found);
    found
}

fn all(definitions: Map<String, Value>) -> Map<String, Value> {
    definitions.into_iter().map(|(name, schema)| (name, tidy(schema))).collect()
}

/// A field that an answer may lack is left out where there is nothing to say, and never null.
fn leave_out(answer: &mut Value) {
    let required = answer.get("required").cloned().unwrap_or_default();
    let Some(fields) = answer.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, schema) in fields {
        if !required.as_array().is_some_and(|names| names.contains(&name.as_str().into())) {
            never_null(schema);
        }
    }
}

fn never_null(schema: &mut Value) {
    let null = json!({ "type": "null" });
    if let Some(types) = schema.get_mut("type").filter(|types| types.is_array()) {
        *types = types[0].take();
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array)
        && let [one, other] = choices.as_slice()
        && *other == null
        && let (Some(one), Some(fields)) = (one.as_object().cloned(), schema.as_object_mut())
    {
        fields.remove("anyOf");
        fields.extend(one);
    }
}

/// The names that stand for something else in requests than in answers, be it by what they refer to.
fn differing(answers: &Map<String, Value>, requests: &Map<String, Value>) -> BTreeSet<String> {
    let mut differing = BTreeSet::new();
    loop {
        let before = differing.len();
        for (name, schema) in requests {
            let mut schema = schema.clone();
            redirect(&mut schema, &differing);
            if answers.get(name).is_some_and(|answer| *answer != schema) {
                differing.insert(name.clone());
            }
        }
        if differing.len() == before {
            return differing;
        }
    }
}

/// Lets references to requests' schemas point to where they are in the end.
fn redirect(value: &mut Value, differing: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/requests/")
            {
                *reference = format!("{PLACE}{}", taken(name, differing));
            }
            fields.values_mut().for_each(|field| redirect(field, differing));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, differing)),
        _ => {}
    }
}

fn taken(name: &str, differing: &BTreeSet<String>) -> String {
    if differing.contains(name) { format!("{name}{TAKEN}") } else { name.to_owned() }
}

/// One of several names as a plain list of them, and no word of what stands for nothing anyway.
fn tidy(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            if fields.get("default").is_some_and(is_nothing) {
                fields.remove("default");
            }
            if let Some(names) = fields.get("oneOf").and_then(names) {
                fields.remove("oneOf");
                fields.insert("type".to_owned(), "string".into());
                fields.insert("enum".to_owned(), names);
            }
            for field in fields.values_mut() {
                *field = tidy(field.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = tidy(item.take());
            }
        }
        _ => {}
    }
    schema
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn names(choices: &Value) -> Option<Value> {
    let name = |choice: &Value| choice.get("const").filter(|name| name.is_string()).cloned();
    choices.as_array()?.iter().map(name).collect::<Option<Vec<_>>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, JsonSchema)]
    enum Colour {
        /// Like blood.
        Red,
        /// Like grass.
        Green,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Shape {
        colour: Colour,
        #[serde(default)]
        size: Option<u8>,
    }

    #[derive(Serialize, JsonSchema)]
    struct Picture {
        title: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        shape: Option<Shape>,
        #[serde(skip_serializing_if = "Option::is_none")]
        year: Option<i32>,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Drawing {
        shapes: Vec<Shape>,
    }

    #[test]
    fn a_type_that_differs_by_direction_has_two_schemas_and_so_has_what_holds_it() {
        let mut schemas = Schemas::default();
        let mut document = json!([schemas.answer::<Drawing>(), schemas.request::<Drawing>()]);
        let all = schemas.finish(&mut document);
        assert_eq!(
            all.keys().collect::<Vec<_>>(),
            ["Colour", "Drawing", "DrawingInput", "Shape", "ShapeInput"]
        );
        assert_eq!(document[0]["$ref"], "#/components/schemas/Drawing");
        assert_eq!(document[1]["$ref"], "#/components/schemas/DrawingInput");
        assert_eq!(all["Shape"]["required"], json!(["colour", "size"]));
        assert_eq!(all["ShapeInput"]["required"], json!(["colour"]));
        let items = &all["DrawingInput"]["properties"]["shapes"]["items"];
        assert_eq!(items["$ref"], "#/components/schemas/ShapeInput");
    }

    #[test]
    fn what_may_be_left_out_of_an_answer_is_never_null() {
        let mut schemas = Schemas::default();
        let mut document = schemas.answer::<Picture>();
        let all = schemas.finish(&mut document);
        let fields = &all["Picture"]["properties"];
        assert_eq!(fields["title"]["type"], json!(["string", "null"]));
        assert_eq!(fields["shape"], json!({ "$ref": "#/components/schemas/Shape" }));
        assert_eq!(fields["year"]["type"], "integer");
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_found() {
        let document =
            json!({ "a": [{ "$ref": "#/b" }, { "$ref": "#/c" }, { "$ref": "d" }], "b": 1 });
        assert_eq!(astray(&document), ["#/c", "d"]);
    }

    #[test]
    fn names_are_listed() {
        let mut schemas = Schemas::default();
        let mut document = schemas.answer::<Colour>();
        let all = schemas.finish(&mut document);
        assert_eq!(all["Colour"]["enum"], json!(["Red", "Green"]));
        assert!(all["Colour"]["oneOf"].is_null());
    }
}
