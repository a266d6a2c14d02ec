/** Largest request body that is read; OpenAI and Anthropic both stop a little below it. */
export const MAX_BODY_BYTES = 40 * 1024 * 1024;

/** Requests that the control list remembers. */
export const MAX_LOGGED_REQUESTS = 10_000;

/** A body above this is listed without its content. */
export const MAX_LOGGED_BODY_BYTES = 64 * 1024;

/** All remembered bodies together; the oldest lose theirs first. */
export const MAX_LOGGED_BODIES_BYTES = 128 * 1024 * 1024;

/** Items in one answer of the control list. */
export const MAX_LIST_LIMIT = 1_000;

export const MAX_FAULT_RULES = 100;

/** Longest delay that a fault may ask for. */
export const MAX_FAULT_DELAY_MS = 15 * 60 * 1000;

/** Remembered prefixes of one provider's prompt cache. */
export const MAX_CACHED_PREFIXES = 200_000;

/** Largest output that a prompt may ask for with `[[tokens=N]]`. */
export const MAX_DIRECTED_TOKENS = 262_144;

export const DEFAULT_OUTPUT_TOKENS = 40;

/** Tokens in one streamed chunk. */
export const TOKENS_PER_CHUNK = 3;

export const MAX_CHOICES = 8;
export const MAX_PARALLEL_CALLS = 8;
export const MAX_SCHEMA_DEPTH = 12;
