import { idFromUuid } from '@modelbridge/contracts';
import type { DueDelivery } from './deliveries.repository.js';

/** The body of a message: the same for each attempt. */
export function messageBody({ notice, webhook, createdAt }: DueDelivery): string {
  const accountId = idFromUuid('account', webhook.accountId);
  return JSON.stringify({
    type: notice?.kind ?? 'test',
    timestamp: (notice?.createdAt ?? createdAt).toISOString(),
    data: { account_id: accountId, ...notice?.facts },
  });
}
