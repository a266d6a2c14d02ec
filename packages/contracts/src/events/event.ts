import { z } from 'zod';

/** A fact that one service publishes: `<owner>.<entity>.<past_tense>.v<n>`. A new shape is a new version. */
export interface EventDefinition<T = unknown> {
  readonly subject: string;
  /** The JetStream stream that carries it: one for each owner. */
  readonly stream: StreamName;
  /** Says what is right and changes nothing: what is published is what is read. */
  readonly schema: z.ZodType<T, T>;
}

/** Streams by owner and the subjects each takes. */
export const streams = {
  USAGE: ['usage.>'],
  USAGE_LEDGER: ['usage-ledger.>'],
  BILLING: ['billing.>'],
  AUTH: ['auth.>'],
  TEAMS: ['teams.>'],
  RETENTION: ['retention.>'],
} as const;
export type StreamName = keyof typeof streams;

/** What goes over the wire around an event's data. */
export const envelopeSchema = z.object({
  /** Unique to the fact, the same when it is sent again. Also the Nats-Msg-Id. */
  id: z.string().min(1).max(200),
  occurredAt: z.iso.datetime(),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export function defineEvent<T>(event: EventDefinition<T>): EventDefinition<T> {
  return event;
}
