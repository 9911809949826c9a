// What the close codes of the wire mean for coming back.
/** Whether the server asks not to come back as one is: 4500 to 4999, and frames that it cannot take. */
export function isFinal(code) {
    return code === 1007 || code === 1009 || (code >= 4500 && code <= 4999);
}
