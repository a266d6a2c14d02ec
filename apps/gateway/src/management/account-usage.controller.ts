import { Controller, UseInterceptors } from '@nestjs/common';
import { usageJson } from '../account/usage-json.js';
import { UsageLedgerClient } from '../clients/clients.module.js';
import { pageJson } from '../operations/json-of.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { listAccountUsage } from './account-usage.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

@Controller()
@UseInterceptors(ForManagementKeys)
export class AccountUsageController {
  constructor(private readonly usageLedger: UsageLedgerClient) {}

  @Answers(listAccountUsage)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(listAccountUsage) { query }: AskedOf<typeof listAccountUsage>,
  ): Promise<AnswerOf<typeof listAccountUsage>> {
    const { key_id: keyId = '', ...page } = query;
    const asked = { ...page, accountId, keyId, actorUserId };
    const { requests, nextCursor } = await this.usageLedger.listRequests(asked);
    return pageJson(requests.map(usageJson), nextCursor);
  }
}
