import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ResolvedKey } from './resolved-key.js';
import { RequestError } from '../errors/request-error.js';

const callers = new WeakMap<IncomingMessage, ResolvedKey>();

/** Notes on a request whom its key belongs to. */
export function rememberCaller(req: IncomingMessage, key: ResolvedKey): void {
  callers.set(req, key);
}

/** The key of a request. Throws 401 where the ingress has not seen one, however the route was reached. */
export function callerKey(req: IncomingMessage): ResolvedKey {
  const key = callers.get(req);
  if (key === undefined) throw RequestError.of('invalid_api_key');
  return key;
}

export const CallerKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerKey(context.switchToHttp().getRequest<FastifyRequest>().raw),
);
