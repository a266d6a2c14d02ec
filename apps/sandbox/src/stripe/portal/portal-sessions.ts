import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { portalUrl } from '../pages/urls.js';
import { params, text, url } from '../wire/params.js';
import { post, type Route } from '../wire/route.js';

export function portalRoutes(core: StripeCore): Route[] {
  return [
    post(
      'billing_portal/sessions',
      params({ customer: text, return_url: url.optional(), locale: text.optional() }),
      (given): Stripe.BillingPortal.Session => {
        const id = core.idFor('billing_portal.session');
        return core.state.add('billing_portal.session', {
          id,
          object: 'billing_portal.session',
          configuration: 'bpc_sandbox',
          created: core.now(),
          customer: core.state.get('customer', given.customer, 'customer').id,
          customer_account: null,
          flow: null,
          livemode: false,
          locale: given.locale ?? null,
          on_behalf_of: null,
          return_url: given.return_url ?? null,
          url: portalUrl(core.origin(), id),
        });
      },
    ),
  ];
}
