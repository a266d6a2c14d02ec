/** Every bound of this package, in one place. */

/** Nesting of a request body; deeper documents are refused before anything walks them. */
export const MAX_JSON_DEPTH = 256;
/** Object members in a whole request body. */
export const MAX_JSON_MEMBERS = 100_000;
/** Array elements in a whole request body. */
export const MAX_JSON_ELEMENTS = 200_000;
/** Messages, or items of input. */
export const MAX_TURNS = 10_000;
/** One server-sent event, in bytes. The largest real ones carry a whole Responses reply. */
export const MAX_SSE_EVENT_BYTES = 16 * 1024 * 1024;
/** Parts (texts, tool calls, reasoning) in one reply. */
export const MAX_REPLY_PARTS = 4_096;
/** Text that one open part may hold back while an earlier part is still open, in characters. */
export const MAX_HELD_BACK_CHARS = 8 * 1024 * 1024;
