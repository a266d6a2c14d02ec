import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** billing wants the idle remainders of an account back: gateways close its allowances that no request uses. */
export const billingAllowanceRecalled = defineEvent({
  subject: 'billing.allowance.recalled.v1',
  stream: 'BILLING',
  schema: z.object({
    accountId: idSchema('account'),
    /** Only the allowances of this key; null for the whole account. */
    keyId: idSchema('key').nullable(),
  }),
});
