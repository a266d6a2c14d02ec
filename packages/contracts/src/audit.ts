import { z } from 'zod';
import { idSchema } from './ids.js';

/** What is kept in the audit log: acts that decide who may call, see, spend or sign in. */
export const auditActs = [
  'account.created',
  'account.closed',
  'erasure.started',
  'erasure.confirmed',
  'erasure.cancelled',
  'erasure.completed',
  'account.frozen',
  'account.unfrozen',
  'consents.recorded',
  'consent.changed',
  'policy.published',
  'privacy_request.received',
  'privacy_request.verified',
  'privacy_request.closed',
  'processing.restricted',
  'processing.unrestricted',
  'content_storage.changed',
  'session.started',
  'key.created',
  'key.changed',
  'key.rotated',
  'key.revoked',
  'key.leaked',
  'limit.changed',
  'plan.changed',
  'plan.paid',
  'plan.payment_reversed',
  'subscription.canceled',
  'billing_mode.changed',
  'credit.added',
  'credit.reversed',
  'credit.granted',
  'charge.corrected',
  'promo_code.created',
  'promo_code.ended',
  'provider_bill.imported',
  'auto_recharge.changed',
  'webhook.changed',
  'team.created',
  'team.deleted',
  'role.changed',
  'member.joined',
  'member.removed',
  'support.granted',
  'support.withdrawn',
  'content.read',
  'content.deleted',
  'hold.proposed',
  'hold.confirmed',
  'hold.ended',
  'export.requested',
  'export.link_created',
  'export.downloaded',
  'staff.accessed',
] as const;
export type AuditAct = (typeof auditActs)[number];

/** A person (their user id), a key (its id), staff (`<role>:<credential>`), or a service by its name. */
export const actorKinds = ['person', 'key', 'staff', 'system'] as const;

export const auditBounds = { objectIds: 10, details: 10, reasonLength: 300 };

/** Why a member of staff acts: a ticket, in words without anything personal or secret. */
export const reasonSchema = z
  .string()
  .trim()
  .min(1, 'is required: say why, such as the number of a ticket')
  .min(3, 'must have at least 3 characters: say why, such as the number of a ticket')
  .max(auditBounds.reasonLength, `must have at most ${auditBounds.reasonLength} characters`)
  .regex(/^[^\p{Cc}@]*$/u, 'must hold no e-mail address and no control character')
  .refine((text) => !/\b(mb|sk|pk)_(live|test)_/.test(text), 'must hold no key');

/**
 * One act as it goes into the log: ids, and names and numbers about them. No names of people, no addresses, no
 * content, no secrets: the shapes leave no room for most of them.
 */
export const auditedActSchema = z.object({
  /** Whose log it belongs to; null: staff's alone. */
  accountId: idSchema('account').nullable(),
  act: z.enum(auditActs, 'must be one of auditActs'),
  actor: z.object({
    kind: z.enum(actorKinds, `must be one of ${actorKinds.join(', ')}`),
    id: z.string().regex(/^[a-z0-9_:-]{1,80}$/, 'must be an id or the name of a service'),
  }),
  /** What it was done to, besides the account. */
  objectIds: z
    .array(z.string().regex(/^[a-z]{2,10}_[0-9A-Za-z]{1,64}$/, 'must be ids'))
    .max(auditBounds.objectIds, `must be at most ${auditBounds.objectIds}`),
  details: z
    .record(z.string(), z.string())
    .refine(
      (details) =>
        Object.entries(details).length <= auditBounds.details &&
        Object.entries(details).every(
          ([name, value]) =>
            /^[a-z][a-z0-9_]{0,39}$/.test(name) && /^[\w.:/+ -]{0,100}$/.test(value),
        ),
      `must be at most ${auditBounds.details} pairs of a snake_case name and up to 100 letters, digits and ._:/+-`,
    ),
  /** Of staff; empty for others. */
  reason: z.union([z.literal(''), reasonSchema]),
});
export type AuditedAct = z.infer<typeof auditedActSchema>;
export type Actor = AuditedAct['actor'];
