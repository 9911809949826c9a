// Attachments as they are sent.
/** What a message with these is, where its sender does not say: as the server decides for files that come along. */
export function kindOf(attachments) {
    const kinds = new Set(attachments.map((attachment) => ('kind' in attachment ? kindOfOne(attachment) : 'file')));
    if (kinds.size === 0)
        return 'text';
    const [first] = kinds;
    return kinds.size === 1 && first ? first : 'file';
}
function kindOfOne({ kind }) {
    if (kind === 'gif')
        return 'image';
    return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
}
/** An upload by its id, a file elsewhere by its address. */
export function attachmentInput(attachment) {
    if ('id' in attachment && attachment.id !== null)
        return { media_id: attachment.id };
    return { url: attachment.url, name: attachment.name };
}
