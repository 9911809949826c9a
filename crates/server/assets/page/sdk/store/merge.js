// What two versions of the same object make together.
const RANKS = ['pending', 'failed', 'sent', 'delivered', 'read'];
/** A message of the server as the store holds it. */
export function received(message, meId) {
    const own = message.sender.id === meId && message.kind !== 'system';
    const key = own && message.client_id !== null ? message.client_id : message.id;
    const stored = { ...message, key };
    if (own)
        stored.status ??= 'sent';
    return stored;
}
/**
 * The newer of two versions of a message. Live events say nothing that depends on who looks: that is kept from the
 * version that says it.
 */
export function merged(known, incoming) {
    const [older, newer] = incoming.revision < known.revision ? [incoming, known] : [known, incoming];
    const result = { ...newer, key: known.key, reactions: withMine(newer.reactions, older.reactions) };
    const status = further(known.status, incoming.status);
    if (status)
        result.status = status;
    return result;
}
/** How far a message has come: never less far. */
export function further(a, b) {
    return RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b;
}
function withMine(reactions, older) {
    return reactions.map((reaction) => {
        const me = reaction.me ?? older.find(({ emoji }) => emoji === reaction.emoji)?.me;
        return me === undefined ? reaction : { ...reaction, me };
    });
}
