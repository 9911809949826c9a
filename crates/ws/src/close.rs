//! Why a socket is closed: every close code this server sends, with its reason and what the client
//! should make of it. Codes are part of the wire protocol; nothing here decides when to close.

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The client asked for it.
    Normal,
    /// The server is draining.
    Draining,
    /// A text frame was not UTF-8.
    NotUtf8,
    /// A frame, or a message in fragments, was above the limit.
    TooBig,
    /// The token is missing, expired or was not sent in time.
    Unauthenticated,
    /// The outbox overflowed; the client has to sync.
    SlowConsumer,
    /// Two heartbeats in a row were missed. The wire has no code of its own for it: to the client it
    /// is the same news, it fell behind and should come back.
    Silent,
    /// An application admin closed it.
    ClosedByAdmin,
    /// The user or the address has too many sockets.
    TooManySockets,
    /// The session was revoked.
    SessionRevoked,
    /// The account was deactivated.
    AccountDeactivated,
    /// The client does not keep to the protocol.
    ProtocolViolation,
}

impl CloseCode {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Normal,
        Self::Draining,
        Self::NotUtf8,
        Self::TooBig,
        Self::Unauthenticated,
        Self::SlowConsumer,
        Self::Silent,
        Self::ClosedByAdmin,
        Self::TooManySockets,
        Self::SessionRevoked,
        Self::AccountDeactivated,
        Self::ProtocolViolation,
    ];

    /// The number on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Draining => 1001,
            Self::NotUtf8 => 1007,
            Self::TooBig => 1009,
            Self::Unauthenticated => 4401,
            Self::SlowConsumer | Self::Silent => 4408,
            Self::ClosedByAdmin => 4420,
            Self::TooManySockets => 4429,
            Self::SessionRevoked | Self::AccountDeactivated => 4503,
            Self::ProtocolViolation => 4509,
        }
    }

    /// The reason that goes with the number, for people who read logs; clients go by the number.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Normal => "bye",
            Self::Draining => "server is going away",
            Self::NotUtf8 => "text is not UTF-8",
            Self::TooBig => "frame too big",
            Self::Unauthenticated => "token missing or expired",
            Self::SlowConsumer => "slow consumer",
            Self::Silent => "heartbeat missed",
            Self::ClosedByAdmin => "closed by an admin",
            Self::TooManySockets => "too many sockets",
            Self::SessionRevoked => "session revoked",
            Self::AccountDeactivated => "account deactivated",
            Self::ProtocolViolation => "protocol violation",
        }
    }

    /// The name by which closings are counted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Draining => "draining",
            Self::NotUtf8 => "not_utf8",
            Self::TooBig => "too_big",
            Self::Unauthenticated => "unauthenticated",
            Self::SlowConsumer => "slow_consumer",
            Self::Silent => "silent",
            Self::ClosedByAdmin => "closed_by_admin",
            Self::TooManySockets => "too_many_sockets",
            Self::SessionRevoked => "session_revoked",
            Self::AccountDeactivated => "account_deactivated",
            Self::ProtocolViolation => "protocol_violation",
        }
    }

    /// What it means, and what a client does then.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Normal => "The client closed the socket.",
            Self::Draining => "The server is stopping. Come back after what goodbye said.",
            Self::NotUtf8 => "A text frame was not UTF-8. Mend the client.",
            Self::TooBig => "A frame was longer than 128 KiB. Mend the client.",
            Self::Unauthenticated => {
                "The token is missing, has expired, or was not sent in time. Come back with a fresh one."
            }
            Self::SlowConsumer => {
                "What there was to say did not fit into the outbox. Come back, then sync."
            }
            Self::Silent => "Two pings went unanswered. Come back, then sync.",
            Self::ClosedByAdmin => "An application admin closed the socket. Come back, then sync.",
            Self::TooManySockets => "Too many sockets are open. Close some, or come back later.",
            Self::SessionRevoked => "The sign-in has ended. Sign in again.",
            Self::AccountDeactivated => "The account is deactivated. Do not come back.",
            Self::ProtocolViolation => "Ten unreadable frames, or a binary one. Mend the client.",
        }
    }

    /// Whether the client should connect again: 4000 to 4499 and draining say yes, everything else
    /// would only repeat itself.
    pub fn come_back(self) -> bool {
        self == Self::Draining || (4000..4500).contains(&self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    const EXPECTED: [(CloseCode, u16, bool); 12] = [
        (CloseCode::Normal, 1000, false),
        (CloseCode::Draining, 1001, true),
        (CloseCode::NotUtf8, 1007, false),
        (CloseCode::TooBig, 1009, false),
        (CloseCode::Unauthenticated, 4401, true),
        (CloseCode::SlowConsumer, 4408, true),
        (CloseCode::Silent, 4408, true),
        (CloseCode::ClosedByAdmin, 4420, true),
        (CloseCode::TooManySockets, 4429, true),
        (CloseCode::SessionRevoked, 4503, false),
        (CloseCode::AccountDeactivated, 4503, false),
        (CloseCode::ProtocolViolation, 4509, false),
    ];

    #[test]
    fn codes_are_those_of_the_protocol() {
        assert_eq!(EXPECTED.map(|(close, ..)| close), CloseCode::ALL);
        for (close, code, come_back) in EXPECTED {
            assert_eq!(close.code(), code, "{close:?}");
            assert_eq!(close.come_back(), come_back, "{close:?}");
        }
    }

    #[test]
    fn reasons_fit_a_control_frame() {
        for close in CloseCode::ALL {
            assert!(!close.reason().is_empty() && close.reason().len() <= 123, "{close:?}");
        }
    }
}
