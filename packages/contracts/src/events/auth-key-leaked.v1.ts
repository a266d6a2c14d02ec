import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** A key was found in public and is revoked: its owner is to be told. It says all that a mail needs. */
export const authKeyLeaked = defineEvent({
  subject: 'auth.key.leaked.v1',
  stream: 'AUTH',
  schema: z.object({
    keyId: idSchema('key'),
    publicId: z.string().min(1).max(64),
    keyName: z.string().min(1).max(200),
    userId: idSchema('user'),
    accountId: idSchema('account'),
    teamId: idSchema('team').nullable(),
    /** Of what kind the place is, in GitHub's words, such as `content` or `commit`. */
    source: z.string().max(100),
    /** Where it was found; null where that is not said. */
    url: z.string().max(2048).nullable(),
  }),
});
