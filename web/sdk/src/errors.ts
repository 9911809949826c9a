// What can go wrong, as applications need to tell it apart.

import type { Problem } from './objects.js';
import type { FieldError } from './wire.js';

/**
 * - the server's own codes (`not_found`, `rate_limited` …), with its `problem`;
 * - `offline`: there is no connection, or it broke before the answer came;
 * - `timeout`: no answer in time;
 * - `aborted`: by the application's own signal;
 * - `signed_out`: the token provider had none;
 * - `closed`: the connection was ended for good;
 * - `unexpected`: an answer that the protocol does not have.
 */
export type ErrorCode = string;

/** The one error of this package. Go by `code`. */
export class ChinwagError extends Error {
  override readonly name = 'ChinwagError';
  readonly code: ErrorCode;
  /** Whether the same may succeed later. */
  readonly temporary: boolean;
  /** What the server said, where it was the server. */
  readonly problem?: Problem;

  constructor(code: ErrorCode, message: string, options: { temporary?: boolean; problem?: Problem; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.temporary = options.temporary ?? false;
    if (options.problem) this.problem = options.problem;
  }

  /** The server's refusal as an error. */
  static refused(problem: Problem): ChinwagError {
    return new ChinwagError(problem.code, problem.detail || problem.title, { temporary: problem.temporary, problem });
  }

  /** The HTTP status, where the server refused. */
  get status(): number | undefined {
    return this.problem?.status;
  }

  /** The fields that do not fit, where that is why. */
  get errors(): FieldError[] {
    return this.problem?.errors ?? [];
  }

  /** How long to wait before trying again, where the server said so. */
  get retryAfterMs(): number | undefined {
    return this.problem?.retry_after_ms;
  }
}
