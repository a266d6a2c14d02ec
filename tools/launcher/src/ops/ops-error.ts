import { rpcErrorFrom } from '@modelbridge/service-kit';

/** A failure as the operators' command line prints it. */
export class OpsError extends Error {
  constructor(
    readonly code: string,
    /** The argument at fault, in snake_case; null when none is. */
    readonly field: string | null,
    message: string,
  ) {
    super(message);
  }
}

export interface PrintedError {
  error: { code: string; field: string | null; message: string };
}

/** Any failure in the one shape that is printed. */
export function printedError(error: unknown): PrintedError {
  if (error instanceof OpsError) {
    return { error: { code: error.code, field: error.field, message: error.message } };
  }
  const remote = rpcErrorFrom(error);
  if (remote) {
    const { code, field, message } = remote;
    return { error: { code, field: field ?? null, message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: 'internal', field: null, message } };
}
