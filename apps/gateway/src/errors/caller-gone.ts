/** The caller went away before its request was complete: nobody is left to answer. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller closed the connection');
  }
}
