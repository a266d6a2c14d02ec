/** The request cannot be journalled, so it must not reach an upstream: answer 503. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}
