import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerKey } from '../keys/caller.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import type { AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { exportUsage } from './usage-export.operations.js';
import { UsageExports } from './usage-exports.service.js';

/** What a key has used, as a file. */
@Controller()
export class UsageExportController {
  constructor(private readonly exports: UsageExports) {}

  @Answers(exportUsage)
  async export(
    @CallerKey() key: ResolvedKey,
    @Asked(exportUsage) { query }: AskedOf<typeof exportUsage>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const scope = { accountId: '', keyId: key.keyId, actorUserId: undefined };
    await this.exports.send(key, scope, query, request, reply);
  }
}
