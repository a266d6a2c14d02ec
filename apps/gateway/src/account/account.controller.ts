import { Controller } from '@nestjs/common';
import { isId } from '@modelbridge/contracts';
import { BillingClient, UsageLedgerClient } from '../clients/clients.module.js';
import { CallerKey } from '../keys/caller.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { limitJson, pageJson } from '../operations/json-of.js';
import { Reads } from './reads.service.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import { getCredits, getKey, getUsage, listUsage } from './account.operations.js';
import { requestFilterOf } from './usage-filter.js';
import { usageJson } from './usage-json.js';

/** What a key may ask about itself. */
@Controller()
export class AccountController {
  constructor(
    private readonly billing: BillingClient,
    private readonly usageLedger: UsageLedgerClient,
    private readonly reads: Reads,
  ) {}

  @Answers(listUsage)
  async listUsage(
    @CallerKey() key: ResolvedKey,
    @Asked(listUsage) { query }: AskedOf<typeof listUsage>,
  ): Promise<AnswerOf<typeof listUsage>> {
    const { limit, cursor, ...filter } = query;
    const asked = {
      keyId: key.keyId,
      accountId: '',
      limit,
      cursor,
      filter: requestFilterOf(filter),
    };
    const { requests, nextCursor } = await this.reads.ask(key, (options) =>
      this.usageLedger.listRequests(asked, options),
    );
    return pageJson(requests.map(usageJson), nextCursor);
  }

  @Answers(getUsage)
  async getUsage(
    @CallerKey() key: ResolvedKey,
    @Asked(getUsage) { params: { id } }: AskedOf<typeof getUsage>,
  ): Promise<AnswerOf<typeof getUsage>> {
    if (!isId('request', id)) throw noSuchRequest();
    const asked = { keyId: key.keyId, requestId: id };
    const { request } = await this.reads.ask(key, (options) =>
      this.usageLedger.getRequest(asked, options),
    );
    if (request === undefined) throw noSuchRequest();
    return usageJson(request);
  }

  @Answers(getCredits)
  async getCredits(
    @CallerKey() key: ResolvedKey,
    @Asked(getCredits) _: unknown,
  ): Promise<AnswerOf<typeof getCredits>> {
    const asked = { accountId: key.accountId, actorUserId: personBehind(key) };
    const credits = await this.reads.ask(key, (options) => this.billing.getCredits(asked, options));
    return {
      object: 'credits',
      balance_nano_usd: credits.balanceNanoUsd.toString(),
      granted_nano_usd: credits.grantedNanoUsd.toString(),
      next_expiry:
        credits.nextExpiryAt === undefined
          ? null
          : {
              at: credits.nextExpiryAt.toISOString(),
              amount_nano_usd: credits.nextExpiryNanoUsd.toString(),
            },
      held_nano_usd: credits.heldNanoUsd.toString(),
      available_nano_usd: credits.availableNanoUsd.toString(),
      spent_nano_usd: credits.spentNanoUsd.toString(),
    };
  }

  @Answers(getKey)
  async getKey(
    @CallerKey() key: ResolvedKey,
    @Asked(getKey) _: unknown,
  ): Promise<AnswerOf<typeof getKey>> {
    const { accountId, userId, keyId } = key;
    const asked = { accountId, userId, keyId, actorUserId: personBehind(key) };
    const { limits: found } = await this.reads.ask(key, (options) =>
      this.billing.getLimits(asked, options),
    );
    return {
      object: 'key',
      id: key.keyId,
      name: key.name,
      account_id: key.accountId,
      user_id: key.userId,
      team_id: key.teamId,
      limits: found.map(limitJson),
    };
  }
}

/** Of a team's key, who may not see all that the team has; one's own account is nobody else's. */
function personBehind({ teamId, userId }: ResolvedKey): string | undefined {
  return teamId === null ? undefined : userId;
}

function noSuchRequest(): RequestError {
  return RequestError.of('not_found', {
    message: 'There is no request with this id under this key.',
    param: 'id',
  });
}
