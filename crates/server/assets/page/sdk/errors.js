// What can go wrong, as applications need to tell it apart.
/** The one error of this package. Go by `code`. */
export class ChinwagError extends Error {
    name = 'ChinwagError';
    code;
    /** Whether the same may succeed later. */
    temporary;
    /** What the server said, where it was the server. */
    problem;
    constructor(code, message, options = {}) {
        super(message, 'cause' in options ? { cause: options.cause } : undefined);
        this.code = code;
        this.temporary = options.temporary ?? false;
        if (options.problem)
            this.problem = options.problem;
    }
    /** The server's refusal as an error. */
    static refused(problem) {
        return new ChinwagError(problem.code, problem.detail || problem.title, { temporary: problem.temporary, problem });
    }
    /** The HTTP status, where the server refused. */
    get status() {
        return this.problem?.status;
    }
    /** The fields that do not fit, where that is why. */
    get errors() {
        return this.problem?.errors ?? [];
    }
    /** How long to wait before trying again, where the server said so. */
    get retryAfterMs() {
        return this.problem?.retry_after_ms;
    }
}
