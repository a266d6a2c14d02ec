/** Nothing could be proved, and nothing was disproved: what to do is in the message. */
export class NotRunError extends Error {
  override readonly name = 'NotRunError';
}
