import { z } from 'zod';

export const apiSwitchesSchema = z.strictObject({
  /** Pause between what a call does and its answer. */
  latencyMs: z.number().int().min(0).max(600_000).default(0),
  /** The next so many calls are carried out, and their connections cut instead of an answer. */
  loseAnswers: z.number().int().min(0).default(0),
  /** The next so many calls are refused before anything is done. */
  refuse: z
    .strictObject({
      count: z.number().int().min(0),
      status: z.union([z.literal(429), z.literal(500), z.literal(503)]),
    })
    .default({ count: 0, status: 500 }),
});

/** What tests make of the way between a caller and Stripe. */
export type ApiSwitches = z.output<typeof apiSwitchesSchema>;
