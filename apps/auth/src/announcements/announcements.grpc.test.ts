import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Mails } from '@modelbridge/mail';
import { mailRefusal, TestMailServer } from '@modelbridge/mail/testing';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Clock } from '../policies/clock.js';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';
import { AnnouncementsService } from './announcements.service.js';

const dayMs = 24 * 3_600_000;
const first = '2026-03-31';
const policyFile = new URL(`../../../../docs/privacy/policy/${first}.md`, import.meta.url);
const document = readFileSync(policyFile, 'utf8').replace('March 31, 2026', 'January 5, 2127');
const policyVersion = '2127-01-05';
const summary = 'Content of requests is now kept for 20 days instead of 30.';

let auth: TestAuth;
let mailServer: TestMailServer;
beforeAll(async () => {
  mailServer = await TestMailServer.start();
  auth = await startTestAuth({ SMTP_URL: mailServer.url });
});
afterAll(async () => {
  await auth.close();
  await mailServer.close();
});

const inApp = <T>(token: new (...parameters: never[]) => T): T =>
  auth.service.running.app.get(token, { strict: false });
const execute = (sql: string): Promise<number> => inApp(Database).execute(sql);
const mailsTo = (address: string): string[] =>
  mailServer.taken.filter((mail) => mail.includes(`<${address}>`) || mail.includes(address));
const versionNow = async () =>
  (await auth.client.listPolicyVersions({})).versions.find(
    (version) => version.policyVersion === policyVersion,
  );

describe('a material change of the policy', () => {
  const plannedAt = new Date(Date.now() + 17 * dayMs + 60_000);
  const change = { policyVersion, document, isMaterial: true, summary, plannedAt };
  const publish = (over: object = {}) => auth.client.publishPolicyVersion({ ...change, ...over });

  it.each([
    ['policy_version', { policyVersion: '2026-01-01' }, 'invalid_argument'],
    ['document', { policyVersion: '2127-01-06' }, 'invalid_argument'],
    ['summary', { summary: 'Changes.' }, 'invalid_argument'],
    ['planned_at', { plannedAt: undefined }, 'invalid_argument'],
    ['planned_at', { plannedAt: new Date(Date.now() + 17 * dayMs - 1_000) }, 'invalid_argument'],
  ])('is refused with a bad %s: %j', async (field, over, code) => {
    const base = field === 'policy_version' ? { document: 'Last updated: January 1, 2026' } : {};
    expect(await publish({ ...base, ...over }).catch(rpcErrorFrom)).toMatchObject({ code, field });
  });

  it('is mailed to every open account, and has no date before the last of these mails', async () => {
    const people = await Promise.all(
      ['ada', 'bob', 'cyd'].map((name) => auth.userWithConsents(`${name}@change.example`)),
    );
    mailServer.before = () => {
      throw mailRefusal(421);
    };
    const published = await publish();
    expect(published.mails).toBeGreaterThanOrEqual(people.length);
    expect(await publish()).toEqual(published);
    expect(await publish({ summary: `${summary} And more.` }).catch(rpcErrorFrom)).toMatchObject({
      code: 'already_exists',
    });
    await inApp(Mails).send();
    await inApp(AnnouncementsService).dateAnnounced();
    expect((await versionNow())?.effectiveAt).toBeUndefined();
    // Nobody dates it by hand either, and giving up on a mail ends nothing.
    const byHand = `update policy_version set announced_at = now(), effective_at = now() + interval '99 days'
      where version = '${policyVersion}'`;
    await expect(execute(byHand)).rejects.toThrow('not everybody was told');
    await execute(`update mail set state = 'undeliverable', last_error = 'ECONNREFUSED', ended_at = now()
      where kind = 'policy-change'`);
    await inApp(AnnouncementsService).dateAnnounced();
    expect((await versionNow())?.effectiveAt).toBeUndefined();

    mailServer.before = () => undefined;
    await execute(`update mail set due_at = now() where state = 'pending'`);
    await inApp(Mails).send();
    for (const { email } of people) {
      const [mail, ...more] = mailsTo(email);
      expect(more).toEqual([]);
      expect(mail).toContain(`/privacy/versions/${policyVersion}`);
      expect(mail).toContain('20 days instead of 30');
    }
    await inApp(AnnouncementsService).dateAnnounced();
    const dated = await versionNow();
    expect(dated?.effectiveAt).toEqual(plannedAt);
    expect(dated!.effectiveAt!.getTime() - dated!.announcedAt!.getTime()).toBeGreaterThanOrEqual(
      14 * dayMs,
    );
  });

  it('is told to who signs up meanwhile, beside the version that is in force', async () => {
    await auth.userWithConsents('new@change.example');
    await inApp(Mails).send();
    expect(mailsTo('new@change.example')).toHaveLength(1);
    expect(await auth.client.getCurrentPolicy({})).toMatchObject({
      policyVersion: first,
      announced: { policyVersion },
    });
  });

  it('is in force from its date on, and not a millisecond before', async () => {
    const current = async () => (await auth.client.getCurrentPolicy({})).policyVersion;
    inApp(Clock).now = () => new Date(plannedAt.getTime() - 1);
    expect(await current()).toBe(first);
    inApp(Clock).now = () => plannedAt;
    expect(await current()).toBe(policyVersion);
  });

  it('that is not material is mailed to nobody and takes effect at once', async () => {
    const mails = mailServer.taken.length;
    const next = { policyVersion: '2127-01-06', isMaterial: false, plannedAt: undefined };
    const corrected = document.replace('January 5, 2127', 'January 6, 2127');
    const published = await publish({ ...next, document: corrected });
    expect(published).toMatchObject({ mails: 0, version: { effectiveAt: plannedAt } });
    await inApp(Mails).send();
    expect(mailServer.taken).toHaveLength(mails);
  });
});
