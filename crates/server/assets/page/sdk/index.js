// The client of the chinwag chat server: what applications import.
export { Account } from './account.js';
export { Chinwag } from './chinwag.js';
export { ChinwagError } from './errors.js';
export { WebStorageOutbox } from './outbox/kept.js';
