// A message that is not sent yet: as it is shown, and as it is sent.
import { attachmentInput, kindOf } from '../rest/attachments.js';
/** A message as it is shown until the server has it. */
export function draft(outgoing, clientId, sender, conversationId) {
    const now = new Date().toISOString();
    const message = {
        key: clientId,
        id: '',
        conversation_id: conversationId,
        seq: 0,
        revision: 0,
        sender,
        client_id: clientId,
        client_created_at: now,
        kind: outgoing.kind ?? kindOf(outgoing.attachments ?? []),
        content: outgoing.content ?? null,
        attachments: (outgoing.attachments ?? []).map(shown),
        reply_to: outgoing.replyTo ?? null,
        mentions: outgoing.mentions ?? [],
        reactions: [],
        status: 'pending',
        created_at: now,
        edited_at: null,
        deleted_at: null,
        deleted_by: null,
    };
    if (outgoing.metadata !== undefined)
        message.metadata = outgoing.metadata;
    if (outgoing.location)
        message.location = { live: false, ...outgoing.location };
    if (outgoing.meeting)
        message.meeting = { place: outgoing.meeting.place, scheduled_at: outgoing.meeting.scheduledAt, status: 'pending' };
    return message;
}
/** The same message as the server gets it. */
export function requestOf(outgoing, message) {
    const { client_id, client_created_at, kind, mentions } = message;
    return {
        ...('conversationId' in outgoing ? { conversation_id: outgoing.conversationId } : { recipient_id: outgoing.recipientId }),
        client_id,
        client_created_at,
        kind: kind,
        mentions,
        attachments: (outgoing.attachments ?? []).map(attachmentInput),
        ...(outgoing.content !== undefined && { content: outgoing.content }),
        ...(outgoing.replyTo !== undefined && { reply_to: outgoing.replyTo }),
        ...(outgoing.location && { location: message.location }),
        ...(outgoing.meeting && { meeting: { place: outgoing.meeting.place, scheduled_at: outgoing.meeting.scheduledAt } }),
        ...(outgoing.metadata !== undefined && { metadata: outgoing.metadata }),
    };
}
function shown(attachment) {
    if ('kind' in attachment)
        return attachment;
    return { id: null, kind: 'other', mime_type: null, size: null, uploaded_at: null, ...attachment };
}
