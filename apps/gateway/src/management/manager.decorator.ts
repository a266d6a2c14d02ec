import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerKey } from '../keys/caller.js';

/** For whom a management key acts: its account, and the person who made it. */
export interface Managing {
  accountId: string;
  actorUserId: string;
  /** Of a team's key. */
  teamId: string | undefined;
}

export const Manager = createParamDecorator((_: unknown, context: ExecutionContext): Managing => {
  const key = callerKey(context.switchToHttp().getRequest<FastifyRequest>().raw);
  return { accountId: key.accountId, actorUserId: key.userId, teamId: key.teamId ?? undefined };
});
