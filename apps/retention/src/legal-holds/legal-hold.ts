import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { spanOfTime, type RequestSpan } from '../contents/span.js';

export type HoldState = 'proposed' | 'active' | 'ending' | 'ended';

export interface LegalHold {
  holdId: string;
  userId: string;
  span: RequestSpan;
  endsAt: Date;
  state: HoldState;
  /** `<role>:<credential>` of staff. */
  proposedBy: string;
  confirmedBy?: string;
  createdAt: Date;
  endedAt?: Date;
  held: bigint;
}

/** The name of the key under which a hold keeps. */
export function holdKey(holdId: string): string {
  return `hold-${holdId}`;
}

/** The person behind `<role>:<credential>`: two roles of one certificate are one person. */
export function credentialOf(staff: string): string {
  return staff.slice(staff.indexOf(':') + 1);
}

export const newHoldSchema = z
  .object({
    userId: idSchema('user'),
    from: z.date('is required'),
    to: z.date('is required'),
    endsAt: z.date('is required'),
  })
  .refine(({ from, to }) => from < to, { path: ['from'], error: 'must be before to' })
  .transform(({ from, to, ...rest }) => ({ ...rest, span: spanOfTime(from, to) }));
export type NewHold = z.output<typeof newHoldSchema>;

export const holdReferenceSchema = z.object({ holdId: idSchema('legalHold') });
