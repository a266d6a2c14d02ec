import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { mailRefusal, TestMailServer } from '@modelbridge/mail/testing';
import { Logger } from '@modelbridge/service-kit/logging';
import { eventually } from '@modelbridge/testing-kit';
import type { NewNotice } from '../notices/notice.js';
import { Notices } from '../notices/notices.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import { NoticeMailsRepository } from './notice-mails.repository.js';
import { NoticeMails } from './notice-mails.service.js';
import { NoticePreferences } from './preferences.service.js';
import { Recipients, type Recipient } from './recipients.service.js';

const ada: Recipient = {
  userId: newId('user'),
  name: 'Ada',
  address: 'ada@example.com',
  timeZone: 'UTC',
  wantsLowBalance: true,
};

let mailServer: TestMailServer;
let billing: RunningBilling;
let recipient: Recipient | undefined;
beforeAll(async () => {
  mailServer = await TestMailServer.start();
  billing = await start();
});
afterAll(async () => {
  await billing.close();
  await mailServer.close();
});
beforeEach(() => {
  recipient = ada;
  mailServer.before = () => undefined;
  mailServer.taken.length = 0;
});

/** Billing with people that the test has instead of auth's and teams'. */
async function start(beside?: RunningBilling): Promise<RunningBilling> {
  const replica = await RunningBilling.start(beside, { SMTP_URL: mailServer.url });
  const people = replica.part(Recipients);
  people.owner = () => Promise.resolve(recipient);
  people.person = () => Promise.resolve(recipient);
  people.nameOfLimited = () => Promise.resolve('Bob');
  return replica;
}

/** Tells one account of something, and how its mails stand once they do. */
async function tell(notice: Partial<NewNotice> = {}): Promise<string> {
  const accountId = uuidOf('account', (await billing.account(0n)).accountId);
  const facts = { amount_nano_usd: '5000000000', payment_intent_id: 'pi_1' };
  const told = { accountId, kind: 'payment_received', cause: randomUUID(), facts, ...notice };
  await billing.database.transaction((tx) => billing.part(Notices).add(tx, told as NewNotice));
  return accountId;
}

interface MailState {
  state: string;
  attempts: number;
  error: string | null;
}

const states = (accountId: string): Promise<MailState[]> =>
  billing.database.query(
    `SELECT state, attempts, last_error AS error FROM notice_mail JOIN notice n ON n.id = notice_id
     WHERE account_id = $1 ORDER BY recipient`,
    [accountId],
  );

const ended = (accountId: string): Promise<MailState[]> =>
  eventually(async () => {
    await billing.part(NoticeMails).send();
    const all = await states(accountId);
    if (all.some(({ state }) => state === 'pending')) throw new Error('still pending');
    return all;
  });

const loggerOf = ({ service }: RunningBilling): Logger => service.running.app.get(Logger);

/** Makes what waits for its next attempt due. */
const elapse = (): Promise<number> =>
  billing.database.execute('UPDATE notice_mail SET due_at = now()');

const balanceLow = {
  kind: 'balance_low',
  facts: { balance_nano_usd: '1', threshold_nano_usd: '2' },
} as const;

/** What a header of a mail says, unfolded. */
function header(mail: string, name: string): string {
  const head = mail.slice(0, mail.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: +(.*)$`, 'im').exec(head)?.[1] ?? '';
}

describe('a mail', () => {
  it('goes out once, as text and HTML, to the owner, from who is configured', async () => {
    const accountId = await tell();
    expect(await ended(accountId)).toEqual([{ state: 'sent', attempts: 1, error: null }]);
    await elapse();
    await billing.part(NoticeMails).send();
    expect(mailServer.taken).toHaveLength(1);
    const [mail = ''] = mailServer.taken;
    expect(header(mail, 'To')).toBe('Ada <ada@example.com>');
    expect(header(mail, 'From')).toBe('ModelBridge <billing@modelbridge.test>');
    expect(header(mail, 'Subject')).toBe('Receipt: 5.00 USD');
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(mail).toMatch(/text\/plain[\s\S]*text\/html/);
    expect(header(mail, 'List-Unsubscribe')).toBe('');
  });

  it('is sent by one of two replicas that look at the same time', async () => {
    const second = await start(billing);
    try {
      const accounts = await Promise.all(Array.from({ length: 30 }, () => tell()));
      await Promise.all([billing, second].map((replica) => replica.part(NoticeMails).send()));
      for (const accountId of accounts) await ended(accountId);
      const ids = mailServer.taken.map((mail) => header(mail, 'Message-ID'));
      expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
    } finally {
      await second.close();
    }
  });

  it('comes again under the same Message-ID where nobody noted that it went out', async () => {
    const repository = billing.part(NoticeMailsRepository);
    const lost = jest.spyOn(repository, 'end').mockRejectedValueOnce(new Error('the process died'));
    const failed = jest.spyOn(repository, 'fail').mockResolvedValueOnce();
    const accountId = await tell();
    await billing.part(NoticeMails).send();
    await eventually(() => expect(lost).toHaveBeenCalled());
    expect(await states(accountId)).toMatchObject([{ state: 'pending' }]);
    await elapse();
    await ended(accountId);
    failed.mockRestore();
    const ids = mailServer.taken.map((mail) => header(mail, 'Message-ID'));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^<notice\.[\w-]+\.owner@modelbridge\.test>$/);
  });

  it('that is not taken now is tried again, and no address reaches the log or the table', async () => {
    const warn = jest.spyOn(loggerOf(billing), 'warn');
    mailServer.before = () => {
      throw mailRefusal(451);
    };
    const accountId = await tell();
    await billing.part(NoticeMails).send();
    await eventually(async () =>
      expect(await states(accountId)).toEqual([
        { state: 'pending', attempts: 1, error: 'EMESSAGE' },
      ]),
    );
    const [due] = await billing.database.query<{ ms: number }>(
      `SELECT extract(epoch FROM max(due_at) - now())::float8 * 1000 AS ms FROM notice_mail WHERE state = 'pending'`,
    );
    expect(due?.ms).toBeGreaterThan(20_000);
    expect(warn).toHaveBeenCalled();
    expect(JSON.stringify(warn.mock.calls)).not.toContain('ada@');
    warn.mockRestore();
    mailServer.before = () => undefined;
    await elapse();
    expect(await ended(accountId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('that nobody will ever take, or for nobody, ends as undeliverable', async () => {
    mailServer.before = () => {
      throw mailRefusal(550);
    };
    expect(await ended(await tell())).toMatchObject([{ state: 'undeliverable', error: 'refused' }]);
    recipient = undefined;
    expect(await ended(await tell())).toMatchObject([{ state: 'undeliverable', error: 'nobody' }]);
    expect(mailServer.taken).toEqual([]);
  });

  it('is not sent while it cannot be known whose it is', async () => {
    const { owner } = billing.part(Recipients);
    billing.part(Recipients).owner = () => Promise.reject(new Error('auth is down'));
    const accountId = await tell();
    await billing.part(NoticeMails).send();
    await eventually(async () =>
      expect(await states(accountId)).toMatchObject([{ state: 'pending', attempts: 1 }]),
    );
    billing.part(Recipients).owner = owner;
    await elapse();
    expect(await ended(accountId)).toMatchObject([{ state: 'sent' }]);
  });
});

describe('a limit of a member', () => {
  const limit = {
    kind: 'limit_reached_100',
    facts: {
      scope: 'member',
      scope_id: newId('user'),
      period: 'month',
      period_start: '2026-03-01',
      limit_nano_usd: '1',
      used_nano_usd: '1',
    },
  } as const;

  it('is told to both, and once where they are one person', async () => {
    expect(await ended(await tell(limit))).toMatchObject([
      { state: 'unwanted', error: 'told_as_owner' },
      { state: 'sent' },
    ]);
    billing.part(Recipients).person = () =>
      Promise.resolve({ ...ada, userId: newId('user'), address: 'bob@example.com' });
    mailServer.taken.length = 0;
    expect(await ended(await tell(limit))).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
    expect(
      mailServer.taken.map((mail) => [header(mail, 'To'), header(mail, 'Subject')]).sort(),
    ).toEqual([
      ['Ada <ada@example.com>', 'The limit of Bob is reached'],
      ['Ada <bob@example.com>', 'Your limit is reached'],
    ]);
  });
});

describe('a mail that people may do without', () => {
  it('can be unsubscribed with one click, for this account and kind', async () => {
    const accountId = await tell(balanceLow);
    await ended(accountId);
    const [mail = ''] = mailServer.taken;
    expect(header(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    const [, token = ''] =
      /^<http:\/\/127\.0\.0\.1:1\/notices\/unsubscribe\?token=(.*)>$/.exec(
        header(mail, 'List-Unsubscribe'),
      ) ?? [];
    const answer = await billing.client.unsubscribeFromNotices({ token });
    await billing.client.unsubscribeFromNotices({ token });
    expect(answer).toEqual({ kind: 'balance_low' });
    mailServer.taken.length = 0;
    await tell({ ...balanceLow, accountId });
    expect((await ended(accountId)).map(({ state }) => state).sort()).toEqual(['sent', 'unwanted']);
    await tell({ accountId });
    await ended(accountId);
    await ended(await tell(balanceLow));
    expect(mailServer.taken).toHaveLength(2);
  });

  it('is not sent to who has switched low balances off', async () => {
    recipient = { ...ada, wantsLowBalance: false };
    expect(await ended(await tell(balanceLow))).toMatchObject([{ state: 'unwanted' }]);
    expect(await ended(await tell())).toMatchObject([{ state: 'sent' }]);
  });

  it('is not unsubscribed by a token that was not made here', async () => {
    const refused = { code: 'invalid_argument', field: 'token' };
    await expect(billing.part(NoticePreferences).unsubscribe('AAAA')).rejects.toMatchObject(
      refused,
    );
    await expect(billing.client.unsubscribeFromNotices({ token: 'AAAA' })).rejects.toThrow();
  });
});
