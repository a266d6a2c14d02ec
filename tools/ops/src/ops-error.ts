import { ConfigError } from '@modelbridge/service-kit/config';
import { rpcErrorFrom, type RemoteError } from '@modelbridge/service-kit/grpc';
import { namesOf, pieceOf } from './connection/pieces.js';
import { fieldOf } from './flag-names.js';

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

/** Whether a call failed because nobody answered it. */
export function isSilence({ code }: RemoteError): boolean {
  return code === 'unavailable' || code === 'deadline_exceeded';
}

/** What to do where nobody answered, and why that is: an address, a certificate, a time limit. */
export function silence(who: string, error: unknown): string {
  const { details = '' } = error as { details?: string };
  const reason = details.replace(/\.? *Resolution note: *$/, '');
  return `${who} does not answer: ${reason || 'no reason is known'}. See its log (npm start keeps logs in the state), and try again once it is up`;
}

/** Names the flag beside the variable with which each problem begins. */
function configError({ problems }: ConfigError): OpsError {
  let field: string | null = null;
  const told = problems.map((problem) =>
    problem.replace(/^\w+/, (variable) => {
      const piece = pieceOf(variable);
      if (piece === undefined) return variable;
      field ??= fieldOf(piece);
      return namesOf(piece);
    }),
  );
  return new OpsError('invalid_argument', field, told.join('; '));
}

const roleError = new OpsError(
  'permission_denied',
  'as',
  'the role of this certificate may not do this: docs/access.md says which one may; name it by --as, with its certificate',
);

/** Any failure in the one shape that is printed. */
export function printedError(error: unknown): PrintedError {
  if (error instanceof OpsError) {
    return { error: { code: error.code, field: error.field, message: error.message } };
  }
  if (error instanceof ConfigError) return printedError(configError(error));
  const remote = rpcErrorFrom(error);
  if (remote) {
    const { code, field } = remote;
    if (code === 'permission_denied' && field === undefined) return printedError(roleError);
    const message = isSilence(remote) ? silence('a service', error) : remote.message;
    return { error: { code, field: field ?? null, message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: 'internal', field: null, message } };
}

/**
 * What an operator reads where a service refuses a field of its own: the argument and the fix. The key is the field,
 * or the code and the field where that makes a difference.
 */
export type Refusals = Record<
  string,
  [argument: string, message: string | ((details: Record<string, string>) => string)]
>;

/** Awaits a call; a refusal that names one of these fields becomes an error in the operator's words. */
export async function translating<T>(call: Promise<T>, refusals: Refusals): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const remote = rpcErrorFrom(error);
    const refusal =
      remote?.field === undefined
        ? undefined
        : (refusals[`${remote.code} ${remote.field}`] ?? refusals[remote.field]);
    if (remote === undefined || refusal === undefined) throw error;
    const [argument, message] = refusal;
    throw new OpsError(
      remote.code,
      argument,
      typeof message === 'string' ? message : message(remote.details ?? {}),
    );
  }
}
