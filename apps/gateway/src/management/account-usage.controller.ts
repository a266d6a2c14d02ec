import { Controller, Req, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestFilterOf } from '../account/usage-filter.js';
import { usageJson } from '../account/usage-json.js';
import { UsageExports } from '../account/usage-exports.service.js';
import { UsageLedgerClient } from '../clients/clients.module.js';
import { pageJson } from '../operations/json-of.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { CallerKey } from '../keys/caller.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import { exportAccountUsage, listAccountUsage } from './account-usage.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

@Controller()
@UseInterceptors(ForManagementKeys)
export class AccountUsageController {
  constructor(
    private readonly usageLedger: UsageLedgerClient,
    private readonly exports: UsageExports,
  ) {}

  @Answers(listAccountUsage)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(listAccountUsage) { query }: AskedOf<typeof listAccountUsage>,
  ): Promise<AnswerOf<typeof listAccountUsage>> {
    const { key_id: keyId = '', limit, cursor, ...narrowed } = query;
    const filter = requestFilterOf(narrowed);
    const asked = { accountId, keyId, actorUserId, limit, cursor, filter };
    const { requests, nextCursor } = await this.usageLedger.listRequests(asked);
    return pageJson(requests.map(usageJson), nextCursor);
  }

  @Answers(exportAccountUsage)
  async export(
    @CallerKey() key: ResolvedKey,
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(exportAccountUsage) { query }: AskedOf<typeof exportAccountUsage>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { key_id: keyId = '', ...range } = query;
    await this.exports.send(key, { accountId, keyId, actorUserId }, range, request, reply);
  }
}
