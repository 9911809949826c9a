//! What comes out of one socket's outbox.

use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
};

use actix_http::ws::{OpCode, Parser};
use bytes::{Bytes, BytesMut};
use serde_json::Value;

use super::rest;
use crate::{frame::Frame, hub::Seat, outbox::Outbox};

pub(super) struct Socket {
    pub seat: Arc<Seat>,
    pub outbox: Arc<Outbox>,
}

impl Socket {
    /// Releases what waited behind `ready`.
    pub(super) fn ready(seat: Arc<Seat>, outbox: Arc<Outbox>) -> Self {
        outbox.release(Frame::text(r#"{"type":"ready"}"#));
        let socket = Self { seat, outbox };
        // Readiness is the test's own doing; only what follows it counts.
        socket
    }

    /// Everything that has come since the last time, once all is quiet.
    pub(super) async fn events(&self) -> Vec<Value> {
        rest().await;
        let mut buffer = BytesMut::new();
        while let Some(chunk) = self.chunk() {
            buffer.extend_from_slice(&chunk);
        }
        let mut events = Vec::new();
        while let Some((_, opcode, payload)) =
            Parser::parse(&mut buffer, false, usize::MAX).unwrap()
        {
            if opcode == OpCode::Text {
                events.push(serde_json::from_slice(&payload.unwrap()).unwrap());
            }
        }
        events.retain(|event: &Value| event["type"] != "ready");
        events
    }

    /// The same in short: `type`, or `type@revision` where there is one.
    pub(super) async fn heard(&self) -> Vec<String> {
        let brief = |event: &Value| {
            let kind = event["type"].as_str().unwrap();
            event["revision"].as_i64().map_or_else(|| kind.into(), |at| format!("{kind}@{at}"))
        };
        self.events().await.iter().map(brief).collect()
    }

    /// The next piece as it would be written.
    pub(super) fn chunk(&self) -> Option<Bytes> {
        match self.outbox.poll_chunk(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => None,
        }
    }

    /// The code it was closed with.
    pub(super) fn closed(&self) -> Option<u16> {
        self.outbox.close_code().map(crate::close::CloseCode::code)
    }
}
