//! A contract as validators, each made when it is first needed and kept.

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

const NAME: &str = "urn:contract";

/// A document, closed: what it does not name may not be there.
pub(super) struct Document {
    pub value: &'static Value,
    registry: &'static Registry<'static>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    /// Lives as long as the process.
    pub(super) fn new(text: &str) -> Self {
        let mut value: Value = serde_json::from_str(text).expect("a document in JSON");
        close(&mut value);
        let value: &'static Value = Box::leak(Box::new(value));
        let registry = Registry::new().add(NAME, value).expect("a name");
        let registry = registry.prepare().expect("schemas that refer to each other");
        Self { value, registry: Box::leak(Box::new(registry)), validators: Mutex::default() }
    }

    /// Holds a value to the schema at that place.
    pub(super) fn check(&self, pointer: &str, value: &Value) -> Result<(), String> {
        let validator = self.validator(pointer);
        let errors: Vec<String> = validator
            .iter_errors(value)
            .take(5)
            .map(|error| format!("  at {:?}: {error}", error.instance_path().to_string()))
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut known = self.validators.lock().expect("no panic while validators are made");
        if let Some(validator) = known.get(pointer) {
            return Arc::clone(validator);
        }
        // Templates of paths have letters that no URI may.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let schema = json!({ "$ref": format!("{NAME}#{fragment}") });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(self.registry)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{pointer}: {error}"));
        let validator = Arc::new(validator);
        known.insert(pointer.to_owned(), Arc::clone(&validator));
        validator
    }

    /// The place that a reference leads to; without one, the place itself.
    pub(super) fn follow(&self, pointer: String) -> String {
        let reference = self.value.pointer(&pointer).and_then(|value| value["$ref"].as_str());
        reference.map_or(pointer, |reference| reference.trim_start_matches('#').to_owned())
    }
}

/// Clients must ignore what they do not know; the tests must not. A schema that already says what else there may be
/// keeps its word.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            let open = fields.get("type") == Some(&json!("object"))
                && fields.contains_key("properties")
                && !fields.contains_key("additionalProperties")
                && !fields.contains_key("unevaluatedProperties");
            if open {
                fields.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A part of a JSON pointer.
pub(super) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}
