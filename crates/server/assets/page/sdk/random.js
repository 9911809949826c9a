// Ids and delays that do not repeat those of other clients.
/** 128 random bits; `crypto.randomUUID` would need a secure origin. */
export function randomId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
/** Somewhere between `ms` and twice as long, so that those told the same do not come at once. */
export function spread(ms) {
    return Math.round(ms * (1 + Math.random()));
}
export function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
/** A pause that keeps no program alive which has nothing else to do. */
export function idle(ms) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        timer.unref?.();
    });
}
