import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';

export const consentSources = ['person', 'operator'] as const;
export type ConsentSource = (typeof consentSources)[number];

export interface Consents {
  policyVersion: string;
  acceptedAt: Date;
  source: ConsentSource;
}

export const consentsSchema = z.object({
  userId: idSchema('user'),
  policyVersion: z.string().min(1, 'is required').max(50, 'must have at most 50 characters'),
  termsAccepted: z.literal(true, 'must be true: the terms have to be accepted'),
  isAdult: z.literal(true, 'must be true: nobody under 18 may have an account'),
  source: z.enum(consentSources, 'must be PERSON or OPERATOR'),
});
