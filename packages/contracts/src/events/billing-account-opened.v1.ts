import { z } from 'zod';
import { idSchema } from '../ids.js';
import { defineEvent } from './event.js';

/** billing has committed the billing account of a new person. Said every time that it is asked for. */
export const billingAccountOpened = defineEvent({
  subject: 'billing.account.opened.v1',
  stream: 'BILLING',
  schema: z.object({ accountId: idSchema('account') }),
});
