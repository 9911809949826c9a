//! End to end, over real HTTP and real sockets, on SQLite and on PostgreSQL.
//!
//! One test per row of the requirements and more; its name begins with the row. One binary, since linking it is what
//! takes the time.
