import { idSchema } from '@modelbridge/contracts';
import type { MailKind } from '@modelbridge/mail';
import { z } from 'zod';

const changeSchema = z.object({ policyVersion: z.iso.date(), userId: idSchema('user') });
export type PolicyChange = z.output<typeof changeSchema>;

/** The policy is to change, and somebody is told. */
export const policyChangeMail: MailKind<PolicyChange> = {
  name: 'policy-change',
  facts: changeSchema,
};

/** What the causes of the mails of a version begin with: of those that its date waits for, or of newcomers. */
export function causePrefix(policyVersion: string, whom: 'announced' | 'newcomer'): string {
  return `${policyVersion} ${whom} `;
}
