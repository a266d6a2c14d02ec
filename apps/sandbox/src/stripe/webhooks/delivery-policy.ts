import { z } from 'zod';

export const policySchema = z.strictObject({
  /** Events wait until they are delivered by name, or until this is false again. */
  hold: z.boolean().default(false),
  /** Events are lost: only the list of events tells of them. */
  drop: z.boolean().default(false),
  /** Every event is sent twice, under one id. */
  duplicate: z.boolean().default(false),
  /** Events go in pairs, the second first. */
  reorder: z.boolean().default(false),
  delayMs: z.number().int().min(0).max(600_000).default(0),
  /** Only events of these types are treated so; all where there are none. */
  types: z.array(z.string()).default([]),
  /** Events under way at a time: 1 sends them in order. */
  concurrency: z.number().int().min(1).max(64).default(1),
});

/** How events reach the receiver, or do not. */
export type DeliveryPolicy = z.output<typeof policySchema>;
