//! People: profiles, presence, blocks, devices, and what a host application says of them.

use chinwag_application::{
    BlockView, Imported,
    request::{DeviceRegistration, HostedLine, HostedUser, ProfilePatch},
    schema::Schemas,
    view::{
        ArchiveView, DeviceTrialView, DeviceView, HostedProfile, Items, ListView, OwnProfile,
        PublicProfile,
    },
};
use chinwag_domain::Presence;

use super::{
    Subject, operation,
    parameters::{cursor, flag, limit, people, search},
    subject,
};

pub(super) fn profiles() -> Subject {
    subject("People", "Oneself and others.", [
        operation("GET", "/users/me", "me", "Your own profile")
            .answers::<OwnProfile>(200, "The profile; the role is that of the token."),
        operation("PATCH", "/users/me", "updateMe", "Change your own profile")
            .about("Absent fields stay, null takes away.")
            .body_if_any::<ProfilePatch>()
            .answers::<OwnProfile>(200, "As it is now."),
        operation("GET", "/users/me/export", "exportMe", "Everything that is kept of you")
            .about("One archive, streamed; one that breaks off is no whole JSON.")
            .answers::<ArchiveView>(200, "The archive.")
            .with(&["Content-Disposition"]),
        operation("GET", "/users", "listUsers", "The directory")
            .about("Where the server keeps no directory (users.directory), people one shares a conversation with.")
            .query([search("Name, username or id."), limit(), cursor()])
            .answers::<ListView<PublicProfile>>(200, "A piece of the list.")
            .with(&["Link"]),
        operation("GET", "/users/{user_id}", "getUser", "Somebody's profile")
            .answers::<PublicProfile>(200, "The profile."),
        operation("GET", "/presence", "getPresence", "Who is online")
            .about("Of people one shares a conversation with; others look offline.")
            .query([people()])
            .answers::<Items<Presence>>(200, "Of each, in the order asked."),
        operation("GET", "/users/me/blocks", "listBlocks", "Whom you have blocked")
            .query([limit(), cursor()])
            .answers::<ListView<BlockView>>(200, "A piece of the list.")
            .with(&["Link"]),
        operation("PUT", "/users/me/blocks/{user_id}", "block", "Block somebody")
            .about("Between the two no direct messages, presence, typing or receipts. Groups are not touched.")
            .bodiless()
            .says(204, "Blocked."),
        operation("DELETE", "/users/me/blocks/{user_id}", "unblock", "Take a block back")
            .says(204, "No block of yours stands."),
    ])
}

pub(super) fn devices() -> Subject {
    subject(
        "Devices",
        "Devices that want to be notified, up to 20.",
        [
            operation("GET", "/users/me/devices", "listDevices", "List your devices")
                .answers::<Items<DeviceView>>(200, "All of them."),
            operation(
                "PUT",
                "/users/me/devices/{device_id}",
                "registerDevice",
                "Register a device",
            )
            .about("A token that somebody else had is theirs no more.")
            .body::<DeviceRegistration>()
            .answers::<DeviceView>(200, "It was there, and is as you say now.")
            .answers::<DeviceView>(201, "It is new.")
            .refuses(&[409]),
            operation("DELETE", "/users/me/devices/{device_id}", "removeDevice", "Remove a device")
                .says(204, "It is not there any more."),
            operation(
                "POST",
                "/users/me/devices/{device_id}/test",
                "testDevice",
                "Send a test notification",
            )
            .bodiless()
            .answers::<DeviceTrialView>(200, "What came of it, well or badly."),
        ],
    )
}

pub(super) fn hosting() -> Subject {
    subject("Host application", "What a host application says of its people; for application admins.", [
        operation("PUT", "/users/{user_id}", "putUser", "Make a person known, or change what is known")
            .about("Absent fields stay, null takes a username or picture away. With local accounts a username is the \
                    person's own to choose.")
            .body_if_any::<HostedUser>()
            .answers::<HostedProfile>(200, "They were known.")
            .answers::<HostedProfile>(201, "They are now.")
            .refuses(&[409]),
        operation("DELETE", "/users/{user_id}", "deleteUser", "Deactivate a person, or erase them")
            .about("Tokens get 403, sign-ins end, sockets close with 4503. Erasing takes profile, devices, files, \
                    receipts, reactions and what was said besides; messages become tombstones. An erased id stays erased.")
            .query([flag("erase", "Erase them.")])
            .bodiless()
            .says(204, "Done, also when it was before.")
            .refuses(&[409]),
        operation("POST", "/users/import", "importUsers", "Take over many people")
            .about("A record to a line of up to 8 KiB, up to 10,000 lines and 16 MiB. Lines that do not fit are named, \
                    the others stored. What came before a failure stays stored in whole batches of 500: send it all again.")
            .body_of("application/x-ndjson", Schemas::request::<HostedLine>)
            .answers::<Imported>(200, "What became of the lines."),
        operation("GET", "/users/export", "exportUsers", "Everybody, as an import takes them")
            .about("One that breaks off has no proper end.")
            .answers_with(200, "A person to a line.", "application/x-ndjson", Schemas::request::<HostedLine>)
            .with(&["Content-Disposition"]),
    ])
}
