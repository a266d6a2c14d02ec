import type { z } from 'zod';
import { RpcError } from './rpc-error.js';

/**
 * A request in the form that the rules want. Throws `invalid_argument` naming the first bad field as
 * the proto does; messages of the schema must not repeat what was sent.
 */
export function validRequest<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = String(issue?.path[0] ?? '').replace(
    /[A-Z]/g,
    (letter) => `_${letter.toLowerCase()}`,
  );
  throw new RpcError('invalid_argument', `${field} ${issue?.message ?? 'is not valid'}`, { field });
}
