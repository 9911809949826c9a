//! Signing in to accounts that this server keeps.

use chinwag_application::{
    request::{Credentials, GuestName, RefreshRequest, Registration},
    view::{Items, SessionView, TokensView},
};

use super::{Subject, operation, subject as under};

pub(super) fn subject() -> Subject {
    let about = "Accounts that this server keeps (auth.mode = \"local\"). With the tokens of a host application there \
                 are none, and these answer 404.";
    under(
        "Accounts",
        about,
        [
            operation("POST", "/auth/register", "register", "Make an account and sign in")
                .open()
                .body::<Registration>()
                .answers::<TokensView>(201, "The account's tokens.")
                .refuses(&[404, 409]),
            operation("POST", "/auth/login", "login", "Sign in")
                .open()
                .body::<Credentials>()
                .answers::<TokensView>(200, "New tokens.")
                .refuses(&[401, 403, 404]),
            operation("POST", "/auth/guest", "guest", "Sign in by a name alone")
                .about("Where the server lets guests in (auth.guests).")
                .open()
                .body::<GuestName>()
                .answers::<TokensView>(201, "The guest's tokens.")
                .refuses(&[404]),
            operation("POST", "/auth/refresh", "refresh", "Exchange a refresh token")
                .about("It is good once: using an old one again ends the sign-in.")
                .open()
                .body::<RefreshRequest>()
                .answers::<TokensView>(200, "The next tokens.")
                .refuses(&[401, 403, 404]),
            operation("POST", "/auth/logout", "logout", "Sign out")
                .bodiless()
                .says(204, "The sign-in of this token has ended.")
                .refuses(&[404]),
            operation("GET", "/auth/sessions", "listSessions", "List your sign-ins")
                .answers::<Items<SessionView>>(200, "All of them.")
                .refuses(&[404]),
            operation("DELETE", "/auth/sessions/{session_id}", "endSession", "End a sign-in")
                .says(204, "It has ended; its sockets close."),
        ],
    )
}
