//! Files.

use chinwag_application::{
    schema::Schemas,
    view::{Items, MediaLink},
};
use chinwag_domain::Attachment;
use serde_json::{Value, json};

use super::{Subject, operation, parameters::named, subject as under};

pub(super) fn subject() -> Subject {
    under("Files", "Bringing files in and having them back.", [
        operation("POST", "/media", "uploadMedia", "Upload files")
            .about("To be sent later by `media_id`.")
            .body_of("multipart/form-data", form)
            .answers::<Items<Attachment>>(201, "What is known of each."),
        operation("GET", "/media/{media_id}", "getMedia", "A file")
            .about("For its uploader and people who can see a message that shows it; one range at a time.")
            .also_open()
            .query([named("token", "From a link, in place of the bearer token.")])
            .answers_with(200, "The file.", "*/*", bytes)
            .with(&["ETag", "Content-Disposition"])
            .answers_with(206, "Part of it.", "*/*", bytes)
            .with(&["ETag", "Content-Range", "Content-Disposition"])
            .says(304, "You have this version.")
            .with(&["ETag"])
            .refuses(&[416]),
        operation("GET", "/media/{media_id}/link", "linkMedia", "A URL of a file that needs no header")
            .about("For an hour.")
            .answers::<MediaLink>(200, "Where it is."),
        operation("PUT", "/media/{media_id}/content", "fillSlot", "Fill a slot")
            .about("Once, with the bytes of the file, at the URL that `media.request_upload` gave.")
            .open()
            .query([named("token", "In the slot's URL.").required()])
            .body_of("*/*", bytes)
            .answers::<Attachment>(200, "What is known of the file."),
    ])
}

fn form(_: &mut Schemas) -> Value {
    json!({
        "type": "object",
        "required": ["files"],
        "additionalProperties": false,
        "properties": {
            "files": { "type": "array", "items": { "type": "string", "format": "binary" }, "minItems": 1, "maxItems": 5 },
        },
    })
}

/// Bytes have no schema.
fn bytes(_: &mut Schemas) -> Value {
    json!({})
}
