import { idFromUuid } from '@modelbridge/contracts';

/**
 * Where Stripe's pages send a person: the billing page of the web app.
 * @param accountId a UUID; undefined: the account that they look at there
 * @param done what the page is told of, a member of its address; Stripe puts the session's id in
 */
export function returnUrl(appUrl: string, accountId?: string, done?: 'top_up' | 'plan'): string {
  const query = [
    ...(accountId === undefined ? [] : [`account=${idFromUuid('account', accountId)}`]),
    ...(done === undefined ? [] : [`${done}={CHECKOUT_SESSION_ID}`]),
  ];
  return `${appUrl}/app/billing${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
