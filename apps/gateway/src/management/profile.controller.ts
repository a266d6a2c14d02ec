import { Controller, UseInterceptors } from '@nestjs/common';
import type { User } from '@modelbridge/contracts/auth.v1';
import { AuthClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { getAccount, updateAccount } from './profile.operations.js';

@Controller()
@UseInterceptors(ForManagementKeys)
export class ProfileController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(getAccount)
  async get(
    @Manager() managing: Managing,
    @Asked(getAccount) _: unknown,
  ): Promise<AnswerOf<typeof getAccount>> {
    const { actorUserId } = managing;
    const { user } = await this.auth.getUser({ userId: actorUserId, actorUserId });
    return accountJson(managing, user);
  }

  @Answers(updateAccount)
  async update(
    @Manager() managing: Managing,
    @Asked(updateAccount) { body }: AskedOf<typeof updateAccount>,
  ): Promise<AnswerOf<typeof updateAccount>> {
    const { actorUserId } = managing;
    const { user } = await this.auth.updateUser({
      userId: actorUserId,
      actorUserId,
      name: body.name,
      timeZone: body.time_zone,
      preferences: undefined,
      storeContent: body.store_content,
    });
    return accountJson(managing, user);
  }
}

function accountJson(
  { accountId, teamId }: Managing,
  user: User | undefined,
): AnswerOf<typeof getAccount> {
  if (user === undefined) throw RequestError.of('service_unavailable');
  return {
    object: 'account',
    id: accountId,
    team_id: teamId ?? null,
    user_id: user.userId,
    email: user.email,
    name: user.name,
    time_zone: user.timeZone,
    store_content: user.storeContent,
    created_at: user.createdAt?.toISOString() ?? null,
  };
}
