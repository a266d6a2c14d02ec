import { Controller, UseInterceptors } from '@nestjs/common';
import { SpendGroup, type Spend } from '@modelbridge/contracts/usage_ledger.v1';
import { UsageLedgerClient } from '../clients/clients.module.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { granularities, groups, listSpend } from './spend.operations.js';

@Controller()
@UseInterceptors(ForManagementKeys)
export class SpendController {
  constructor(private readonly usageLedger: UsageLedgerClient) {}

  @Answers(listSpend)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(listSpend) { query }: AskedOf<typeof listSpend>,
  ): Promise<AnswerOf<typeof listSpend>> {
    const { from, to, granularity, group_by: group, key_id: keyId, user_id: userId } = query;
    const { tag_name: tagName, tag: tags } = query;
    const { spend } = await this.usageLedger.listSpend({
      accountId,
      actorUserId,
      keyId: keyId ?? '',
      userId: userId ?? '',
      from: new Date(from),
      to: new Date(to),
      granularity: granularities[granularity],
      tagName: tagName ?? '',
      tags: tags ?? {},
      groupBy: group === undefined ? SpendGroup.UNSPECIFIED : groups[group],
    });
    return { object: 'list', data: spend.map(spendJson) };
  }
}

function spendJson(spend: Spend): AnswerOf<typeof listSpend>['data'][number] {
  return {
    period_start: spend.periodStart?.toISOString() ?? null,
    group: spend.group === '' ? null : spend.group,
    requests: Number(spend.requests),
    input_tokens: Number(spend.inputTokens),
    cache_read_tokens: Number(spend.cacheReadTokens),
    cache_write_tokens: Number(spend.cacheWrite5mTokens + spend.cacheWrite1hTokens),
    output_tokens: Number(spend.outputTokens),
    reasoning_tokens: Number(spend.reasoningTokens),
    cost_nano_usd: spend.costNanoUsd.toString(),
  };
}
