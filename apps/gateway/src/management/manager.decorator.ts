import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerKey } from '../keys/caller.js';
import { writeIdOf } from './write-ids.js';

/** For whom a management key acts: its account, and the person who made it. */
export interface Managing {
  accountId: string;
  actorUserId: string;
  /** Of a team's key. */
  teamId: string | undefined;
  /** Of a write with an Idempotency-Key, a UUID that is the same for its repetitions. */
  writeId: string | undefined;
}

export const Manager = createParamDecorator((_: unknown, context: ExecutionContext): Managing => {
  const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
  const { accountId, userId, teamId } = callerKey(raw);
  return { accountId, actorUserId: userId, teamId: teamId ?? undefined, writeId: writeIdOf(raw) };
});
