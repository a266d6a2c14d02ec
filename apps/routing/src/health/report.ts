import { regions } from '@modelbridge/contracts';
import { z } from 'zod';

/** Bounds on one report: far above what a gateway sees between two of them. */
export const reportBounds = { endpoints: 2_000, outcomes: 1_000_000n, firstByteMs: 3_600_000 };

const outcomes = z
  .bigint()
  .min(0n)
  .max(reportBounds.outcomes, `must be at most ${reportBounds.outcomes}`)
  .transform(Number);

export const reportSchema = z.object({
  gatewayId: z.string().min(1, 'is required').max(100, 'must have at most 100 characters'),
  gatewayRegion: z.enum(regions, { error: `must be one of ${regions.join(', ')}` }),
  endpoints: z
    .array(
      z.object({
        endpointId: z.string().max(300),
        succeeded: outcomes,
        failed: outcomes,
        meanFirstByteMs: z.int().min(0).max(reportBounds.firstByteMs),
      }),
      { error: 'is required' },
    )
    .max(reportBounds.endpoints, `must have at most ${reportBounds.endpoints} entries`),
});
export type Report = z.output<typeof reportSchema>;
