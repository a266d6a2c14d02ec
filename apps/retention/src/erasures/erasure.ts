import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { idSchema, uuidOf } from '@modelbridge/contracts';
import { z } from 'zod';
import { erasureBounds } from './bounds.js';

export const erasureStates = [
  'requested',
  'confirmed',
  'cancelled',
  'erasing',
  'releasing',
  'done',
] as const;
export type ErasureState = (typeof erasureStates)[number];
export type Cause = 'person' | 'clerk' | 'staff';
export type Counts = Record<string, number>;

/** Services that erase at the same time, each its own; auth is last and alone. */
export const parallelParts = ['billing', 'teams', 'usage-ledger'] as const;
export const lastPart = 'auth';
export const ownPart = 'retention';

export interface ErasedPart {
  part: string;
  counts: Counts;
  completedAt: Date;
}

export interface Erasure {
  erasureId: string;
  state: ErasureState;
  cause: Cause;
  /** Undefined once it is done. */
  person?: { userId: string; accountId: string };
  email?: string;
  code?: string;
  codeExpiresAt?: Date;
  codeTries: number;
  isHeld: boolean;
  ownCounts?: Counts;
  pseudonym?: { userId: string; keyId: string };
  requestedAt: Date;
  confirmedAt?: Date;
  executesAt?: Date;
  beganAt?: Date;
  doneAt?: Date;
  parts: ErasedPart[];
}

export const codeSchema = z.object({
  code: z
    .string()
    .trim()
    .transform((text) => text.toUpperCase().replaceAll('-', ''))
    .pipe(z.string().regex(/^[0-9A-Z]{10}$/, 'must be the 10 letters and digits of the mail')),
});

export const erasureReferenceSchema = z.object({ erasureId: idSchema('erasure') });
export const personReferenceSchema = z.object({ userId: idSchema('user') });

const mostListed = 100;
export const erasurePageSchema = z.object({
  openOnly: z.boolean(),
  limit: z
    .int()
    .max(mostListed, `must be at most ${mostListed}`)
    .transform((limit) => limit || 20),
  cursor: z.union([z.literal(''), idSchema('erasure')]),
});
export type ErasurePage = z.output<typeof erasurePageSchema>;

// Without what is taken for another.
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 49 bits: with five tries in an hour nobody guesses it. */
export function newCode(): string {
  return Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** As it stands in the mail. */
export function shownCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

export function isSameCode(one: string, other: string): boolean {
  const [a, b] = [one, other].map((code) => createHash('sha256').update(code).digest());
  return timingSafeEqual(a!, b!);
}

export function personHash(userId: string): Buffer {
  return createHash('sha256')
    .update(`modelbridge.erasure.v1|${uuidOf('user', userId)}`)
    .digest();
}

/** Undefined for one that has not begun to count. */
export function deadlineOf({ confirmedAt, beganAt }: Erasure): Date | undefined {
  const from = confirmedAt ?? beganAt;
  return from && new Date(from.getTime() + erasureBounds.deadlineMs);
}

/** Services that have not answered, in the order in which they are waited for. */
export function waitingFor({ state, parts, ownCounts }: Erasure): string[] {
  if (state !== 'erasing' && state !== 'releasing') return [];
  const answered = parts.map(({ part }) => part);
  const own = ownCounts === undefined ? [ownPart] : [];
  return [...own, ...[...parallelParts, lastPart].filter((part) => !answered.includes(part))];
}

/** Whether all but auth have erased. */
export function isDataErased(erasure: Erasure): boolean {
  return waitingFor(erasure).every((part) => part === lastPart);
}
