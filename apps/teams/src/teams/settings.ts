import { z } from 'zod';
import { teamBounds } from './bounds.js';

export const keyMakers = ['members', 'admins'] as const;
export type KeyMakersName = (typeof keyMakers)[number];

export interface Settings {
  /** Ids of models; empty: every model. */
  allowedModels: string[];
  neverStoredOnly: boolean;
  keyMakers: KeyMakersName;
  /** Undefined: no limit. */
  defaultKeyTotalNanoUsd?: bigint;
  defaultKeyMonthNanoUsd?: bigint;
  defaultKeyDayNanoUsd?: bigint;
}

const mostNanoUsd = 2n ** 63n - 1n;
const limit = z
  .bigint()
  .min(0n, 'must have default limits of 0 or more')
  .max(mostNanoUsd, 'must have default limits that fit 63 bits')
  .optional();

export const settingsSchema = z.object(
  {
    allowedModels: z
      .array(
        z
          .string()
          .regex(/^[\w.:/@-]{1,100}$/, 'must list ids of models, such as claude-sonnet-4-5'),
      )
      .max(teamBounds.allowedModels, `must list at most ${teamBounds.allowedModels} models`)
      .refine((models) => new Set(models).size === models.length, 'must list each model once'),
    neverStoredOnly: z.boolean(),
    keyMakers: z.enum(keyMakers, 'must say who makes keys: MEMBERS or ADMINS'),
    defaultKeyTotalNanoUsd: limit,
    defaultKeyMonthNanoUsd: limit,
    defaultKeyDayNanoUsd: limit,
  },
  'are required',
);
