import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentSource } from '@modelbridge/contracts/auth.v1';
import { Database, violatedConstraint } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';
import { Clock } from './clock.js';

const first = '2026-03-31';
const text = readFileSync(
  new URL(`../../../../docs/privacy/policy/${first}.md`, import.meta.url),
  'utf8',
);

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const execute = (sql: string, ...parameters: unknown[]): Promise<number> =>
  auth.service.running.app.get(Database).execute(sql, parameters);

const published = `insert into policy_version
  (version, document, document_sha256, is_material, summary, published_at, planned_at, announced_at, effective_at)
  values ($1, 'text', sha256('text'), $2, 'what changes', $3, $4, $5, $6)`;
const [day1, day15, day14] = ['2026-05-01', '2026-05-15', '2026-05-14T23:59:59.999'].map(
  (time) => new Date(`${time.slice(0, 10)}T${time.slice(11) || '00:00:00'}Z`),
);

describe('the policy', () => {
  it('in force is the document of this repository, with its date and hash', async () => {
    const { version, document } = await auth.client.getPolicyVersion({ policyVersion: '' });
    expect(document).toBe(text);
    expect(version).toMatchObject({ policyVersion: first, isMaterial: false });
    expect(version?.documentSha256).toEqual(createHash('sha256').update(text).digest());
    expect(text).toContain('Last updated: March 31, 2026');
    expect(await auth.client.getPolicyVersion({ policyVersion: first })).toEqual({
      version,
      document,
    });
    expect(await auth.client.listPolicyVersions({})).toEqual({ versions: [version] });
    expect(await auth.client.getCurrentPolicy({})).toEqual({
      policyVersion: first,
      current: version,
      announced: undefined,
    });
  });

  it.each([
    ['2020-01-01', 'not_found'],
    ['the last one', 'invalid_argument'],
  ])('has no version %s', async (policyVersion, code) => {
    const error = await auth.client.getPolicyVersion({ policyVersion }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code, field: 'policy_version' });
  });

  it.each([
    ['changed', `update policy_version set document = 'other'`],
    ['dated anew', `update policy_version set effective_at = now()`],
    ['deleted', 'delete from policy_version'],
    ['emptied', 'truncate policy_version'],
  ])('is never %s, whoever tries', async (_, sql) => {
    await expect(execute(sql)).rejects.toThrow('a published policy is never changed');
  });

  it.each([
    ['14 days', 'before any mail is sent', [day1, null, day15]],
    ['14 days', 'a millisecond too early', [day1, day1, day14]],
    ['not_before_its_plan', 'before its plan', [new Date('2026-05-16'), day1, day15]],
  ])('keeps to %s: a material version cannot take effect %s', async (_, __, dates) => {
    const [planned, announced, effective] = dates;
    const attempt = execute(published, '2026-05-01', true, day1, planned, announced, effective);
    const constraint = await attempt.catch(violatedConstraint);
    expect(constraint).toMatch(/^policy_version_(14_days_after_last_mail|not_before_its_plan)$/);
  });

  it('that is published and not in force yet is shown beside the one that is, and may be accepted', async () => {
    const clock = auth.service.running.app.get(Clock, { strict: false });
    await execute(published, '2026-05-01', true, day1, day1, day1, day15);
    clock.now = () => day14!;
    const shown = await auth.client.getCurrentPolicy({});
    expect(shown).toMatchObject({
      policyVersion: first,
      announced: { policyVersion: '2026-05-01', effectiveAt: day15 },
    });
    const { userId } = await auth.userWithConsents('between@example.com');
    await auth.client.recordConsents({
      userId,
      policyVersion: '2026-05-01',
      termsAccepted: true,
      isAdult: true,
      source: ConsentSource.PERSON,
    });
    clock.now = () => day15!;
    const { policyVersion, announced } = await auth.client.getCurrentPolicy({});
    expect([policyVersion, announced]).toEqual(['2026-05-01', undefined]);
  });
});
