//! What goes out over HTTP: notifications to devices and webhooks of host applications.
