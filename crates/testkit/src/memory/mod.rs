//! Every port, held in memory.

mod bus;

pub use bus::MemoryBus;
