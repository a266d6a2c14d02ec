import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { chosenPurposeNames, chosenPurposes, type Choice } from '../choices/choice.js';
import type { User } from '../users/user.js';

export const consentPurposes = ['terms', ...chosenPurposeNames] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

/** What a person has agreed to, or not. */
export interface Consent {
  purpose: ConsentPurpose;
  given: boolean;
  /** Of the latest decision; undefined where they made none. */
  decidedAt?: Date;
  source?: 'person' | 'operator';
  policyVersion?: string;
  withdrawable: boolean;
}

/** One for each purpose. */
export function consentsOf(user: User, choices: readonly Choice[]): Consent[] {
  const { consents: terms } = user;
  const accepted: Consent = {
    purpose: 'terms',
    given: terms !== undefined,
    decidedAt: terms?.acceptedAt,
    source: terms?.source,
    policyVersion: terms?.policyVersion,
    withdrawable: false,
  };
  const chosen = chosenPurposeNames.map((purpose): Consent => {
    const choice = choices.find((one) => one.purpose === purpose);
    const given = choice?.given ?? chosenPurposes[purpose].givenAtFirst;
    const { decidedAt, source } = choice ?? {};
    return { purpose, given, decidedAt, source, withdrawable: true };
  });
  return [accepted, ...chosen];
}

const purpose = z.enum(
  consentPurposes,
  `must be one of ${consentPurposes.map((name) => name.toUpperCase()).join(', ')}`,
);

export const consentChangeSchema = z.object({
  userId: idSchema('user'),
  purpose,
  given: z.boolean(),
});

const page = { size: 1_000, largest: 10_000 };

export const objectorPageSchema = z.object({
  purpose: z.enum(chosenPurposeNames, 'must be a purpose that people can object to'),
  limit: z
    .int()
    .min(0)
    .max(page.largest, `must be at most ${page.largest}`)
    .transform((limit) => limit || page.size),
  cursor: z
    .union([z.literal(''), idSchema('user')], 'is not a cursor of this list')
    .transform((cursor) => cursor || undefined),
});
