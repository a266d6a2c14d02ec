import { createHash } from 'node:crypto';
import { z } from 'zod';

const dayMs = 24 * 3_600_000;

export const policyBounds = {
  documentBytes: 256 * 1024,
  summaryShortest: 20,
  summaryLongest: 2_000,
  /** Between the last mail of a material change and its effect: section 14 of the policy. */
  noticeMs: 14 * dayMs,
  /** How long mails of a change may take until they are all sent. */
  mailingMs: 3 * dayMs,
};

/** A version of the privacy policy, without its text. */
export interface PolicyVersion {
  /** The date that the policy says of itself, YYYY-MM-DD. */
  policyVersion: string;
  isMaterial: boolean;
  summary: string;
  documentSha256: Buffer;
  publishedAt: Date;
  plannedAt: Date;
  /** When the last account was told. */
  announcedAt?: Date;
  /** Undefined while accounts are still being told. */
  effectiveAt?: Date;
}

export interface NewPolicyVersion extends Pick<
  PolicyVersion,
  'policyVersion' | 'isMaterial' | 'summary'
> {
  document: string;
  /** Of a version that is not material: at once without it. */
  plannedAt?: Date;
}

export function documentSha256(document: string): Buffer {
  return createHash('sha256').update(document, 'utf8').digest();
}

/** The words in which a policy says its date. */
function lastUpdated(policyVersion: string): string {
  const date = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });
  return `Last updated: ${date.format(new Date(policyVersion))}`;
}

const versionDate = z.iso.date('must be a date such as 2027-03-31');

export const newPolicyVersionSchema = z
  .object({
    policyVersion: versionDate,
    document: z
      .string()
      .refine(
        (text) => Buffer.byteLength(text) <= policyBounds.documentBytes,
        `must have at most ${policyBounds.documentBytes} bytes`,
      ),
    isMaterial: z.boolean(),
    summary: z
      .string()
      .trim()
      .min(
        policyBounds.summaryShortest,
        `must have at least ${policyBounds.summaryShortest} characters: say what changes`,
      )
      .max(
        policyBounds.summaryLongest,
        `must have at most ${policyBounds.summaryLongest} characters`,
      ),
    plannedAt: z.date().optional(),
  })
  .refine(({ isMaterial, plannedAt }) => !isMaterial || plannedAt !== undefined, {
    path: ['plannedAt'],
    error: 'is required of a material version',
  })
  .refine(({ document, policyVersion }) => document.includes(lastUpdated(policyVersion)), {
    path: ['document'],
    error: 'must say "Last updated: " and the date of policy_version, such as March 31, 2026',
  });

export const policyReferenceSchema = z.object({
  /** Empty: the version in force. */
  policyVersion: z.union([z.literal(''), versionDate]),
});

/** The earliest time for which a change may be planned. */
export function earliestPlan(isMaterial: boolean, now: Date): Date {
  const { noticeMs, mailingMs } = policyBounds;
  return isMaterial ? new Date(now.getTime() + mailingMs + noticeMs) : now;
}

/** When a material change that was planned takes effect, where its last mail went out then. */
export function effectOf(plannedAt: Date, lastMailAt: Date): Date {
  return new Date(Math.max(plannedAt.getTime(), lastMailAt.getTime() + policyBounds.noticeMs));
}
