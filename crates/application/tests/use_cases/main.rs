//! Rules of the use cases, over the in-memory adapters and a clock turned by hand.

mod catching_up;
mod conversations;
mod people;
mod sending;
mod typing;
mod world;
