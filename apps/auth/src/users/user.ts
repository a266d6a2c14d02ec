import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { displayName } from '../display-name.js';

/** RFC 5321 allows 254 characters in an address. */
const emailMaxLength = 254;

export interface User {
  userId: string;
  email: string;
  name: string;
  accountId: string;
  createdAt: Date;
}

export const newUserSchema = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'is required')
    .max(emailMaxLength, `must have at most ${emailMaxLength} characters`)
    .pipe(z.email('must be an e-mail address')),
  name: displayName,
});
export type NewUser = z.output<typeof newUserSchema>;

export const userReferenceSchema = z.object({ userId: idSchema('user') });

/** Two addresses with one key belong to one person. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}
