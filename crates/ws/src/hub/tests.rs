//! Rules of the hub, over the in-memory adapters.
