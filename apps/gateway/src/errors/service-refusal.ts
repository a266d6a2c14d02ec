import { isObject } from '@modelbridge/llm-wire';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { FastifyRequest } from 'fastify';
import { bounds } from '../bounds.js';
import { badField, RequestError } from './request-error.js';

/** What a failed question means to the caller that asked it; undefined for what nobody foresaw. */
export function refusalOf(exception: unknown, request: FastifyRequest): RequestError | undefined {
  if (exception instanceof RequestError) return exception;
  const paramOf = (field: string): string => nameOf(field, request);
  const rpc = rpcErrorFrom(exception);
  if (rpc === undefined) return undefined;
  const { message, field } = rpc;
  switch (rpc.code) {
    case 'invalid_argument':
      return badField(field ?? 'request', message);
    case 'not_found':
      return RequestError.of('not_found', {
        message: 'There is no such object under this key.',
        ...(field !== undefined && { param: paramOf(field) }),
      });
    case 'already_exists':
    case 'failed_precondition':
    case 'permission_denied':
      return RequestError.of(rpc.code, { message, ...(field && { param: paramOf(field) }) });
    case 'resource_exhausted':
      return RequestError.of('too_many_objects', { message, ...(field && { param: field }) });
    case 'unavailable':
    case 'deadline_exceeded':
      return RequestError.of('service_unavailable', { retryAfterMs: bounds.readRetryAfterMs });
    default:
      return undefined;
  }
}

/** What the caller calls a field of the question that a service was asked: the object of a route is the `id` of its path. */
function nameOf(field: string, { params, query, body }: FastifyRequest): string {
  const given = [params, query, body].filter(isObject);
  if (!/_id$/.test(field) || given.some((part) => Object.hasOwn(part, field))) return field;
  return 'id';
}
