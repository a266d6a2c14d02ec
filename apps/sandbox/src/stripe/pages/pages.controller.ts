import { Body, Controller, Get, Param, Post, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Stripe } from 'stripe';
import { objectOf, stringOf } from '../../json.js';
import { idOf } from '../core/ids.js';
import { StripeAccount } from '../stripe-account.js';
import { StripeErrorFilter } from '../stripe-error.filter.js';
import { StripeError } from '../wire/stripe-error.js';
import { payerOf } from './card-form.js';
import { filledFrom } from './card-fields.js';
import { authenticationPage, checkoutPage, endedPage } from './checkout-page.js';
import { show } from './show.js';

/** The pages to which a browser is sent to pay. */
@Controller('stripe')
@UseFilters(StripeErrorFilter)
export class PagesController {
  constructor(private readonly stripe: StripeAccount) {}

  @Get('checkout/:id')
  checkout(@Param('id') id: string, @Res() reply: FastifyReply) {
    const session = this.session(id);
    if (session.status !== 'open') return show(reply.code(410), endedPage(session));
    const intent = this.stripe.products.checkout.intentFor(session);
    return this.form(reply, session, {}, problemOf(intent));
  }

  @Post('checkout/:id')
  pay(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const session = this.session(id);
    if (session.status !== 'open') return show(reply.code(410), endedPage(session));
    const known = this.emailOf(session);
    const form = { ...objectOf(body), ...(known !== null && { email: known }) };
    const payer = payerOf(form, Date.now());
    if (typeof payer === 'string') return this.form(reply.code(400), session, form, payer);
    try {
      const isDone = this.stripe.core.run(() => this.stripe.products.checkout.pay(session, payer));
      return reply.redirect(isDone ? successUrl(session) : this.authenticationUrl(session), 303);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return this.form(reply.code(error.status), session, form, error.message);
    }
  }

  @Get('authenticate/:id')
  authentication(@Param('id') id: string, @Res() reply: FastifyReply) {
    const intent = this.intent(id);
    if (intent.status !== 'requires_action') return reply.redirect(this.afterwards(intent), 303);
    return show(reply, authenticationPage(intent));
  }

  @Post('authenticate/:id')
  authenticate(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply) {
    const intent = this.intent(id);
    // Known before it is over: the intent forgets it then.
    const target = this.afterwards(intent);
    if (intent.status !== 'requires_action') return reply.redirect(target, 303);
    const hasSucceeded = stringOf(objectOf(body)['outcome']) === 'complete';
    const session = this.stripe.products.checkout.sessionOf(id);
    this.stripe.core.run(() => {
      try {
        if (intent.object === 'payment_intent') {
          this.stripe.products.payments.authenticate(intent, hasSucceeded);
        } else {
          this.stripe.products.setups.authenticate(intent, hasSucceeded);
        }
      } catch (error) {
        // The page of the session tells of it.
        if (!(error instanceof StripeError)) throw error;
      }
      if (session?.status === 'open' && isSucceeded(intent)) {
        this.stripe.products.checkout.complete(session);
      }
    });
    if (session === undefined) return reply.redirect(withOutcome(target, intent), 303);
    return reply.redirect(session.status === 'complete' ? successUrl(session) : target, 303);
  }

  private form(
    reply: FastifyReply,
    session: Stripe.Checkout.Session,
    form: Record<string, unknown>,
    problem?: string,
  ): FastifyReply {
    return show(
      reply,
      checkoutPage({
        session,
        plan: this.stripe.products.checkout.sessions.planOf(session.id),
        knownEmail: this.emailOf(session),
        filled: filledFrom(form),
        problem,
      }),
    );
  }

  private session(id: string): Stripe.Checkout.Session {
    const { products, core } = this.stripe;
    products.checkout.sessions.expireDue();
    return core.state.get('checkout.session', id);
  }

  private emailOf({ customer }: Stripe.Checkout.Session): string | null {
    return this.stripe.core.state.find('customer', idOf(customer) ?? '')?.email ?? null;
  }

  private intent(id: string): Stripe.PaymentIntent | Stripe.SetupIntent {
    const { state } = this.stripe.core;
    return id.startsWith('seti_') ? state.get('setup_intent', id) : state.get('payment_intent', id);
  }

  private authenticationUrl(session: Stripe.Checkout.Session): string {
    const intent = this.stripe.products.checkout.intentFor(session);
    return intent?.next_action?.redirect_to_url?.url ?? this.stripe.core.origin();
  }

  private afterwards(intent: Stripe.PaymentIntent | Stripe.SetupIntent): string {
    const { url } = this.stripe.products.checkout.sessionOf(intent.id) ?? { url: null };
    return intent.next_action?.redirect_to_url?.return_url ?? url ?? this.stripe.core.origin();
  }
}

/** Why a session that is open again was not paid. */
function problemOf(intent: Stripe.PaymentIntent | Stripe.SetupIntent | undefined) {
  const isPayment = intent?.object === 'payment_intent';
  return (isPayment ? intent.last_payment_error : intent?.last_setup_error)?.message;
}

function isSucceeded({ status }: Stripe.PaymentIntent | Stripe.SetupIntent): boolean {
  return status === 'succeeded';
}

function successUrl({ id, success_url: url }: Stripe.Checkout.Session): string {
  return (url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', id);
}

/** The page that a caller of the API named learns how it went, as Stripe tells it. */
function withOutcome(target: string, intent: Stripe.PaymentIntent | Stripe.SetupIntent): string {
  const url = new URL(target);
  url.searchParams.set(intent.object, intent.id);
  url.searchParams.set('redirect_status', isSucceeded(intent) ? 'succeeded' : 'failed');
  return url.href;
}
