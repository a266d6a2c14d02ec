import { z } from 'zod';

/** A webhook as it came. */
export interface SignedWebhook {
  body: Buffer;
  svixId: string;
  svixTimestamp: string;
  svixSignature: string;
}

const header = z.string().min(1, 'is required').max(2_000, 'must have at most 2000 characters');

export const signedWebhookSchema = z.object({
  body: z.instanceof(Uint8Array, { error: 'must be bytes' }).transform((body) => Buffer.from(body)),
  svixId: header,
  svixTimestamp: header,
  svixSignature: header,
});

/** What is read of an event: what has changed is asked of Clerk, not taken from it. */
export const webhookEventSchema = z.object({
  type: z.string(),
  data: z.looseObject({ id: z.string().optional() }),
});
export type WebhookEvent = z.output<typeof webhookEventSchema>;

export type WebhookOutcome = 'applied' | 'repeated' | 'ignored';

/** What an event is about. */
export type Effect =
  | { kind: 'person'; clerkUserId: string }
  | { kind: 'deleted'; clerkUserId: string }
  | { kind: 'session-ended'; sessionId: string };

const kinds: Record<string, Effect['kind']> = {
  'user.created': 'person',
  'user.updated': 'person',
  'user.deleted': 'deleted',
  'session.ended': 'session-ended',
  'session.removed': 'session-ended',
  'session.revoked': 'session-ended',
};

/** Undefined for what means nothing here. */
export function effectOf({ type, data }: WebhookEvent): Effect | undefined {
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined || data.id === undefined) return undefined;
  return kind === 'session-ended' ? { kind, sessionId: data.id } : { kind, clerkUserId: data.id };
}
