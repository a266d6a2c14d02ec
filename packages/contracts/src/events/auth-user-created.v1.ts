import { z } from 'zod';
import { idSchema } from '../ids.js';
import { planNames } from '../plans.js';
import { defineEvent } from './event.js';

/** A person has an account. billing opens the billing account and says so, until then it is sent again. */
export const authUserCreated = defineEvent({
  subject: 'auth.user.created.v1',
  stream: 'AUTH',
  schema: z.object({
    userId: idSchema('user'),
    accountId: idSchema('account'),
    plan: z.enum(planNames),
  }),
});
