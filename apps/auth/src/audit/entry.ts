import { createHash } from 'node:crypto';
import { idSchema } from '@modelbridge/contracts';
import { auditedActSchema, type AuditedAct } from '@modelbridge/contracts/audit';
import { z } from 'zod';

/** The log of what staff does, beside those of the accounts. */
export const staffLog = 'staff';

const domain = 'modelbridge.audit-entry.v1';

/** What the first entry of a log follows. */
export const beginning = Buffer.alloc(32);

/** An act with who reported it; `idempotencyKey` is unique within a log and source. */
export interface ReportedAct extends AuditedAct {
  source: string;
  idempotencyKey: string | null;
}

export interface Entry extends Omit<ReportedAct, 'accountId'> {
  /** An account id, or `staffLog`. */
  log: string;
  sequence: bigint;
  recordedAt: Date;
  previousHash: Buffer;
  hash: Buffer;
}

/** SHA-256 over every field in a fixed order, behind a name that no other hash begins with. */
export function hashOf(entry: Omit<Entry, 'hash'>): Buffer {
  const details = Object.entries(entry.details).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([
    domain,
    entry.log,
    entry.sequence.toString(),
    entry.previousHash.toString('hex'),
    entry.recordedAt.toISOString(),
    entry.source,
    entry.idempotencyKey,
    entry.actor.kind,
    entry.actor.id,
    entry.act,
    entry.objectIds,
    details,
    entry.reason,
  ]);
  return createHash('sha256').update(canonical).digest();
}

/** The newest entry of a log, as its head remembers it. */
export interface Head {
  log: string;
  entries: bigint;
  hash: Buffer;
}

/** The entry that follows `head` in its log. */
export function entryAfter(head: Head, act: ReportedAct, recordedAt: Date): Entry {
  const { accountId, ...rest } = act;
  const objectIds =
    head.log === staffLog && accountId !== null ? [accountId, ...act.objectIds] : act.objectIds;
  const entry = {
    ...rest,
    objectIds,
    log: head.log,
    sequence: head.entries + 1n,
    recordedAt,
    previousHash: head.hash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** Where an act goes, in the order in which logs are locked: the account's, and staff's where staff did it. */
export function logsOf({ accountId, actor }: AuditedAct): string[] {
  return [
    ...(accountId === null ? [] : [accountId]),
    ...(actor.kind === 'staff' || accountId === null ? [staffLog] : []),
  ];
}

const flatActSchema = z.object({
  idempotencyKey: z.string().min(1, 'is required').max(200, 'must have at most 200 characters'),
  accountId: idSchema('account').optional(),
  act: auditedActSchema.shape.act,
  actorKind: auditedActSchema.shape.actor.shape.kind,
  actorId: auditedActSchema.shape.actor.shape.id,
  objectIds: auditedActSchema.shape.objectIds,
  details: auditedActSchema.shape.details,
  reason: auditedActSchema.shape.reason,
});

/** An act as another service reports it. */
export const reportedActSchema = flatActSchema
  .refine(({ actorKind, reason }) => (actorKind === 'staff') === (reason !== ''), {
    path: ['reason'],
    error: 'is required of staff and must be empty for others',
  })
  .transform(({ accountId, actorKind, actorId, ...act }) => ({
    ...act,
    accountId: accountId ?? null,
    actor: { kind: actorKind, id: actorId },
  }));

export const pageBounds = { defaultSize: 20, maxSize: 100 };

export const entryPageSchema = z.object({
  log: z.union([z.literal(staffLog), idSchema('account')], {
    error: `must be an account id or ${staffLog}`,
  }),
  limit: z
    .int()
    .min(0)
    .max(pageBounds.maxSize, `must be at most ${pageBounds.maxSize}`)
    .transform((limit) => limit || pageBounds.defaultSize),
  /** The sequence of the last entry of the page before; empty for the first page. */
  cursor: z
    .string()
    .regex(/^([1-9]\d{0,17})?$/, 'is not a cursor of this list')
    .transform((cursor) => (cursor === '' ? undefined : BigInt(cursor))),
});
export type EntryPage = z.output<typeof entryPageSchema>;
