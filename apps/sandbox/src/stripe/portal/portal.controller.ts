import { Body, Controller, Get, Param, Post, Query, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Stripe } from 'stripe';
import { objectOf, stringOf } from '../../json.js';
import { idOf } from '../core/ids.js';
import { payerOf } from '../pages/card-form.js';
import { show } from '../pages/show.js';
import { authenticationUrl, portalUrl } from '../pages/urls.js';
import { StripeAccount } from '../stripe-account.js';
import { StripeErrorFilter } from '../stripe-error.filter.js';
import { resourceMissing, StripeError } from '../wire/stripe-error.js';
import { portalPage } from './portal-page.js';

const living: Stripe.Subscription.Status[] = ['active', 'past_due', 'trialing', 'unpaid'];
const mostInvoices = 24;

/** The page on which customers look after their plan and their card. Whoever has its address may. */
@Controller('stripe/portal')
@UseFilters(StripeErrorFilter)
export class PortalController {
  constructor(private readonly stripe: StripeAccount) {}

  /** @param intent of a card that was authenticated, on the way back */
  @Get(':id')
  page(
    @Param('id') id: string,
    @Query('setup_intent') intent: string | undefined,
    @Res() reply: FastifyReply,
  ) {
    const session = this.stripe.core.state.get('billing_portal.session', id);
    if (intent !== undefined) this.stripe.core.run(() => this.use(session, intent));
    return this.show(reply, session);
  }

  @Post(':id')
  act(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const { core, products } = this.stripe;
    const session = core.state.get('billing_portal.session', id);
    const form = objectOf(body);
    const act = stringOf(form['act']);
    const here = portalUrl(core.origin(), id);
    if (act === 'card') return this.saveCard(session, form, here, reply);
    const subscription = core.state.get('subscription', stringOf(form['subscription']));
    if (idOf(subscription.customer) !== session.customer) {
      throw resourceMissing('subscription', subscription.id);
    }
    core.run(() =>
      products.subscriptionCalls.update(subscription.id, {
        cancel_at_period_end: act === 'cancel',
      }),
    );
    return reply.redirect(here, 303);
  }

  private saveCard(
    session: Stripe.BillingPortal.Session,
    form: Record<string, unknown>,
    here: string,
    reply: FastifyReply,
  ): FastifyReply {
    const { core, products } = this.stripe;
    const { customer } = session;
    const email = core.state.get('customer', customer).email ?? 'payer@example.com';
    const payer = payerOf({ ...form, email }, Date.now());
    if (typeof payer === 'string') return this.show(reply.code(400), session, payer);
    try {
      const url = core.run(() => {
        const intent = products.setups.create({ customer });
        const authentication = {
          url: authenticationUrl(core.origin(), intent.id),
          returnUrl: here,
        };
        products.setups.confirm(intent, products.methods.create(payer.card, payer), authentication);
        if (intent.status === 'succeeded') this.use(session, intent.id);
        return intent.next_action?.redirect_to_url?.url ?? here;
      });
      return reply.redirect(url, 303);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return this.show(reply.code(error.status), session, error.message);
    }
  }

  /** The card that was kept is charged from now on. */
  private use({ customer: id }: Stripe.BillingPortal.Session, intentId: string): void {
    const { core, products } = this.stripe;
    const intent = core.state.get('setup_intent', intentId);
    const method = idOf(intent.payment_method);
    if (idOf(intent.customer) !== id || intent.status !== 'succeeded' || method === null) return;
    products.customers.update(id, { invoice_settings: { default_payment_method: method } });
    for (const subscription of this.subscriptionsOf(id)) {
      products.subscriptionCalls.update(subscription.id, { default_payment_method: method });
    }
  }

  private subscriptionsOf(customer: string): Stripe.Subscription[] {
    return this.stripe.core.state
      .all('subscription')
      .filter((one) => idOf(one.customer) === customer && living.includes(one.status))
      .toArray();
  }

  private show(
    reply: FastifyReply,
    session: Stripe.BillingPortal.Session,
    problem?: string,
  ): FastifyReply {
    const { core, products } = this.stripe;
    const subscriptions = this.subscriptionsOf(session.customer);
    const settings = core.state.get('customer', session.customer).invoice_settings;
    const [first] = subscriptions;
    const method = idOf(first?.default_payment_method) ?? idOf(settings.default_payment_method);
    const invoices = core.state
      .all('invoice')
      .filter(({ customer, status }) => idOf(customer) === session.customer && status !== 'draft')
      .toArray()
      .slice(0, mostInvoices);
    return show(
      reply,
      portalPage({
        session,
        subscriptions: subscriptions.map((subscription) => ({
          subscription,
          names: subscription.items.data.map(({ price }) => products.items.nameOf(price)),
        })),
        card: core.state.find('payment_method', method ?? ''),
        invoices,
        problem,
      }),
    );
  }
}
