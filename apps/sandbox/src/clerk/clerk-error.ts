/** A refusal in the words of Clerk's API. */
export class ClerkError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function notFound(what: string): ClerkError {
  return new ClerkError(404, 'resource_not_found', `${what} not found`);
}

export function invalid(code: string, message: string): ClerkError {
  return new ClerkError(422, code, message);
}
