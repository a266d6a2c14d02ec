import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { CreateKeyRequest, UpdateUserRequest, type User } from '@modelbridge/contracts/auth.v1';
import {
  CreateTopUpRequest,
  LimitPeriod,
  LimitScope,
  type NoticePreferences,
  RefundPaymentRequest,
  SetLimitRequest,
  WebhookDeliveryState,
} from '@modelbridge/contracts/billing.v1';
import { TeamRole } from '@modelbridge/contracts/teams.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { Webhook } from 'standardwebhooks';
import { WebhookReceiver } from '../../apps/billing/src/testing/webhook-receiver.js';
import { NoticeStack } from './notices/notice-stack.js';
import { company, person } from './visibility/people.js';

const usd = 1_000_000_000n;

let stack: NoticeStack;
beforeAll(async () => {
  stack = await NoticeStack.start();
});
afterAll(() => stack.close());

/** Pays on Stripe's page; the payment intent's id. */
async function pay({ userId, accountId }: User, dollars: bigint): Promise<string> {
  const { sessionId } = await eventually(() =>
    stack.billing.createTopUp(
      CreateTopUpRequest.fromPartial({
        actorUserId: userId,
        accountId,
        amountNanoUsd: dollars * usd,
        idempotencyKey: randomUUID(),
      }),
    ),
  );
  const paid = await stack.stripe<{ payment_intent: string }>(`checkout/${sessionId}/pay`);
  return paid.payment_intent;
}

describe('a payment', () => {
  it('ends as one receipt in the mailbox of who has paid, in their time zone', async () => {
    const ada = await person(stack.services);
    await stack.auth.updateUser(
      UpdateUserRequest.fromPartial({
        actorUserId: ada.userId,
        userId: ada.userId,
        name: 'Ada <Lovelace>',
        timeZone: 'Asia/Tokyo',
      }),
    );
    await pay(ada, 25n);
    const mail = await stack.mail(ada, 'Receipt: 25.00 USD');
    expect(mail.text).toMatch(/Card: +Visa ending in 4242/);
    expect(mail.text).toMatch(/Date: .*GMT\+9/);
    expect(mail.html).toContain('Ada &lt;Lovelace&gt;');
    expect(mail.headers).not.toHaveProperty('list-unsubscribe');
    await stack.repeatWebhooks();
    expect(await stack.mails(ada)).toHaveLength(1);
  });

  it('that is disputed, won back and refunded is told of each, once', async () => {
    const bob = await person(stack.services);
    const intentId = await pay(bob, 10n);
    await stack.mail(bob, 'Receipt: 10.00 USD');
    const { id } = await stack.stripe<{ id: string }>(`charges/${intentId}/dispute`);
    await stack.mail(bob, 'A payment of 10.00 USD is disputed');
    await stack.stripe(`disputes/${id}/close`, { outcome: 'won' });
    const closed = await stack.mail(bob, 'The dispute over 10.00 USD is closed');
    expect(closed.text).toContain('10.00 USD are back in your account');
    const refund = { paymentIntentId: intentId, idempotencyKey: intentId };
    await stack.staff.refundPayment(RefundPaymentRequest.fromPartial(refund));
    await stack.mail(bob, 'Refund: 10.00 USD');
    await stack.repeatWebhooks();
    expect((await stack.mails(bob)).map(({ subject }) => subject).sort()).toEqual([
      'A payment of 10.00 USD is disputed',
      'Receipt: 10.00 USD',
      'Refund: 10.00 USD',
      'The dispute over 10.00 USD is closed',
      'Your balance is used up',
    ]);
  });
});

describe('a limit of a member', () => {
  it('is told to who owns the team now, and to the member', async () => {
    const { team, people } = await company(stack.services);
    const { owner, admin, member } = people;
    await stack.services.clients['teams.v1.TeamsService'].transferOwnership({
      actorUserId: owner.userId,
      teamId: team.teamId,
      userId: admin.userId,
    });
    await stack.credit(team.accountId, 100n * usd);
    await stack.billing.setLimit(
      SetLimitRequest.fromPartial({
        actorUserId: admin.userId,
        accountId: team.accountId,
        scope: LimitScope.MEMBER,
        period: LimitPeriod.MONTH,
        scopeId: member.userId,
        limitNanoUsd: 10n * usd,
      }),
    );
    await stack.charge(team.accountId, member.userId, 8n * usd);
    await stack.mail(admin, '80 % of the limit of P are used');
    const own = await stack.mail(member, '80 % of your limit are used');
    expect(await stack.mails(owner)).toEqual([]);
    await stack.unsubscribe(own);
    await stack.charge(team.accountId, member.userId, 2n * usd);
    await stack.mail(member, 'Your limit is reached');
  });
});

describe('what a person sets', () => {
  it('decides about their mails and webhooks, through the RPCs of the dashboard', async () => {
    const eve = await person(stack.services);
    const who = { actorUserId: eve.userId, accountId: eve.accountId };
    const receiver = await WebhookReceiver.start();
    try {
      await stack.credit(eve.accountId, 20n * usd);
      const { secret } = await stack.billing.setAccountWebhook({ ...who, url: receiver.url() });
      const { preferences } = await stack.billing.setNoticePreferences({
        ...who,
        preferences: { balanceLowNanoUsd: 15n * usd, unsubscribedKinds: ['balance_low'] },
      });
      expect(preferences).toEqual((await stack.billing.getNoticePreferences(who)).preferences);
      await stack.charge(eve.accountId, eve.userId, 6n * usd);
      const { body, headers } = await eventually(() => {
        const [first] = receiver.received;
        if (first === undefined) throw new Error('nothing came');
        return first;
      });
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'balance_low',
        data: {
          account_id: eve.accountId,
          balance_nano_usd: '14000000000',
          threshold_nano_usd: '15000000000',
        },
      });
      await eventually(async () => expect(await stack.states(eve.accountId)).toEqual(['unwanted']));
      const page = { ...who, limit: 0, beforeDeliveryId: '' };
      const { deliveries } = await stack.billing.listWebhookDeliveries(page);
      expect(deliveries).toMatchObject([
        {
          kind: 'balance_low',
          state: WebhookDeliveryState.DELIVERED,
          lastStatus: 204,
          attempts: 1,
        },
      ]);
      const { delivery } = await stack.billing.testAccountWebhook(who);
      expect(delivery).toMatchObject({ kind: 'test', state: WebhookDeliveryState.DELIVERED });
      await stack.billing.removeAccountWebhook(who);
      expect(await stack.billing.getAccountWebhook(who)).toEqual({ webhook: undefined });
    } finally {
      receiver.close();
    }
  });

  it('is not what mails about money at stake are subject to', async () => {
    const { userId, accountId } = await person(stack.services);
    const request = {
      actorUserId: userId,
      accountId,
      preferences: { unsubscribedKinds: ['dispute_opened'] },
    };
    const refused = await stack.billing.setNoticePreferences(request).catch(rpcErrorFrom);
    expect(refused).toMatchObject({ code: 'invalid_argument', field: 'preferences' });
  });

  it('of the threshold is not for a member of a team', async () => {
    const { team, people } = await company(stack.services);
    const preferences = { balanceLowNanoUsd: 1n, unsubscribedKinds: [] };
    const set = (actorUserId: string, given: NoticePreferences = preferences) =>
      stack.billing.setNoticePreferences({
        actorUserId,
        accountId: team.accountId,
        preferences: given,
      });
    const { userId } = people.member;
    expect(await set(userId).catch(rpcErrorFrom)).toMatchObject({
      code: 'permission_denied',
      field: 'balance_low_nano_usd',
    });
    const own = await set(userId, { unsubscribedKinds: ['limit_reached_80'] });
    expect(own.preferences).toEqual({ unsubscribedKinds: ['limit_reached_80'] });
    expect((await set(people.admin.userId)).preferences).toEqual(preferences);
  });
});

describe('an account of whom nobody can be told', () => {
  it('has notices that end as undeliverable', async () => {
    const gone = await person(stack.services);
    await stack.credit(gone.accountId, 10n * usd);
    await stack.closeAccount(gone);
    await stack.charge(gone.accountId, gone.userId, 9n * usd);
    await eventually(async () =>
      expect(await stack.states(gone.accountId)).toEqual(['undeliverable']),
    );
    expect(await stack.mails(gone)).toEqual([]);
  });
});

describe('an invitation', () => {
  it('comes by mail, once, and its link is all that who has the address needs', async () => {
    const { team, people } = await company(stack.services);
    const guest = await person(stack.services);
    const teams = stack.services.clients['teams.v1.TeamsService'];
    const asked = {
      actorUserId: people.owner.userId,
      teamId: team.teamId,
      email: guest.email.toUpperCase(),
      role: TeamRole.MEMBER,
      invitationId: newId('invitation'),
    };
    await teams.inviteMember(asked);
    await teams.inviteMember(asked);
    const mail = await stack.mail({ email: asked.email }, `Invitation to the team ${team.name}`);
    expect(await stack.mails({ email: asked.email })).toHaveLength(1);
    expect(mail.text + mail.html).not.toContain(people.owner.email);
    const [, invitationId = ''] = /\/invitations\/(inv_\w+)/.exec(mail.text) ?? [];
    const stranger = { actorUserId: (await person(stack.services)).userId, invitationId };
    await expect(teams.acceptInvitation(stranger)).rejects.toThrow(/no such invitation/);
    const joined = await teams.acceptInvitation({ actorUserId: guest.userId, invitationId });
    expect(joined.team).toMatchObject({ teamId: team.teamId, role: TeamRole.MEMBER });
  });
});

describe('a key that was found in public', () => {
  it('is told to who made it and to who owns the team, by way of GitHub and the dashboard', async () => {
    const { team, people } = await company(stack.services);
    const { apiKey, key } = await stack.auth.createKey(
      CreateKeyRequest.fromPartial({
        actorUserId: people.member.userId,
        userId: people.member.userId,
        accountId: team.accountId,
        name: 'of the notebook',
      }),
    );
    const url = 'https://github.com/octocat/hello/blob/main/.env';
    await stack.leak([{ token: apiKey, type: 'modelbridge_api_key', url, source: 'content' }]);
    await stack.leak([{ token: apiKey, type: 'modelbridge_api_key', url, source: 'content' }]);
    const subject = 'A key was found in public and is revoked';
    const told = async (reader: User) =>
      (await stack.mails(reader)).filter((mail) => mail.subject === subject);
    for (const reader of [people.member, people.owner]) {
      const { text } = await stack.mail(reader, subject);
      expect(text).toMatch(/Key: +of the notebook/);
      expect(text).toContain(key?.publicId);
      expect(text).toContain(url);
      expect(text).not.toContain(apiKey);
      expect(await told(reader)).toHaveLength(1);
    }
    expect(await told(people.admin)).toEqual([]);
  });
});
