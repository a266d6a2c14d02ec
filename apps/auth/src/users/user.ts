import { idSchema, planNames } from '@modelbridge/contracts';
import { z } from 'zod';
import { displayName } from '../display-name.js';
import type { Consents } from './policy.js';
import type { Preferences } from './settings.js';

/** RFC 5321 allows 254 characters in an address. */
const emailMaxLength = 254;

export interface User {
  userId: string;
  email: string;
  name: string;
  accountId: string;
  createdAt: Date;
  /** Undefined until they have signed in. */
  clerkUserId?: string;
  plan: string;
  billingMode: string;
  timeZone: string;
  preferences: Preferences;
  /** What their requests say may be stored. */
  storeContent: boolean;
  /** The latest. */
  consents?: Consents;
  closedAt?: Date;
  /** Since when nothing is processed for them, as they asked. */
  restrictedAt?: Date;
  /** The confirmed erasure for which the account is held. */
  erasureId?: string;
}

const email = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(emailMaxLength, `must have at most ${emailMaxLength} characters`)
  .pipe(z.email('must be an e-mail address'));

export const newUserSchema = z.object({
  email,
  name: displayName,
  plan: z.enum(planNames, `must be one of ${planNames.filter(Boolean).join(', ')}, or empty`),
});
export type NewUser = z.output<typeof newUserSchema>;

export const userReferenceSchema = z.object({ userId: idSchema('user') });

const mostNames = 200;
export const userNamesSchema = z.object({
  userIds: z.array(idSchema('user')).max(mostNames, `must be at most ${mostNames}`),
});

/** Two addresses with one key belong to one person. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}

/** A person as Clerk knows them at one moment. */
export interface Person {
  clerkUserId: string;
  /** The primary address; undefined while it is not verified. */
  email?: string;
  name: string;
  updatedAt: Date;
}
