import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpException,
  Param,
  Post,
  Put,
  UseFilters,
} from '@nestjs/common';
import { z } from 'zod';
import { bulkSchema } from './core/bulk-payments.js';
import { idOf } from './core/ids.js';
import { payerOf } from './pages/card-form.js';
import { StripeAccount } from './stripe-account.js';
import { StripeErrorFilter } from './stripe-error.filter.js';
import { policySchema } from './webhooks/delivery-policy.js';
import { signatures } from './webhooks/signature.js';
import { apiSwitchesSchema } from './wire/api-switches.js';

const deliverySchema = z.strictObject({
  events: z.array(z.string()).min(1),
  signature: z.enum(signatures).default('valid'),
  /** Laid over each event before it is signed. */
  over: z.record(z.string(), z.unknown()).default({}),
});

const paymentSchema = z.strictObject({
  number: z.string().default('4242424242424242'),
  email: z.string().default('payer@example.com'),
  name: z.string().default('Test Payer'),
  isDelayed: z.boolean().default(false),
});

const settlementSchema = z.strictObject({ outcome: z.enum(['succeeded', 'failed']) });

const disputeSchema = z.strictObject({
  reason: z.string().default('fraudulent'),
  amount: z.number().int().positive().optional(),
  isInquiry: z.boolean().default(false),
});

const advanceSchema = z.strictObject({ to: z.number().int() });
const closureSchema = z.strictObject({ outcome: z.enum(['lost', 'won']) });
const failureSchema = z.strictObject({ reason: z.string().default('expired_or_canceled_card') });

/** What tests do to Stripe. */
@Controller('stripe/test')
@UseFilters(StripeErrorFilter)
export class TestController {
  constructor(private readonly stripe: StripeAccount) {}

  @Get('webhooks')
  webhooks() {
    const { webhooks } = this.stripe;
    return { policy: webhooks.policy, deliveries: webhooks.deliveries() };
  }

  @Get('webhooks/waiting')
  waiting() {
    return { waiting: this.stripe.webhooks.waiting() };
  }

  @Put('webhooks')
  policy(@Body() body: unknown) {
    this.stripe.webhooks.set(parsed(policySchema, body));
    return this.stripe.webhooks.policy;
  }

  /** Sends these events now and in this order: as often as they are named, held ones and old ones too. */
  @Post('webhooks/deliver')
  @HttpCode(200)
  async deliver(@Body() body: unknown) {
    const { events: ids, signature, over } = parsed(deliverySchema, body);
    const events = ids.map((id) => this.stripe.core.state.get('event', id));
    return { deliveries: await this.stripe.webhooks.deliver(events, signature, over) };
  }

  /** Every event, the oldest first. */
  @Get('events')
  events() {
    return { events: [...this.stripe.core.state.each('event')] };
  }

  @Get('api')
  switches() {
    return this.stripe.server.switches;
  }

  @Put('api')
  setSwitches(@Body() body: unknown) {
    return (this.stripe.server.switches = parsed(apiSwitchesSchema, body));
  }

  /** What somebody does on the page, without a browser. */
  @Post('checkout/:id/pay')
  @HttpCode(200)
  pay(@Param('id') id: string, @Body() body: unknown) {
    const { isDelayed, ...given } = parsed(paymentSchema, body);
    const form = { ...given, expiry: '12/34', cvc: '123' };
    const payer = payerOf(form, Date.now());
    if (typeof payer === 'string') throw refused(payer);
    const { core, products } = this.stripe;
    const { checkout } = products;
    const session = checkout.openSession(id);
    core.run(() => checkout.pay(session, { ...payer, isDelayed }));
    return session;
  }

  /** Ends a delayed payment. */
  @Post('checkout/:id/settle')
  @HttpCode(200)
  settle(@Param('id') id: string, @Body() body: unknown) {
    const { outcome } = parsed(settlementSchema, body);
    const { core, products } = this.stripe;
    const session = core.state.get('checkout.session', id);
    core.run(() => products.checkout.settleDelayed(session, outcome === 'succeeded'));
    return session;
  }

  /** @param id of a charge or of its payment intent */
  @Post('charges/:id/dispute')
  @HttpCode(200)
  dispute(@Param('id') id: string, @Body() body: unknown) {
    const { core, products } = this.stripe;
    const given = parsed(disputeSchema, body);
    const intent = core.state.find('payment_intent', id);
    const charge = core.state.get('charge', idOf(intent?.latest_charge) ?? id);
    return core.run(() => products.disputes.open(charge, given));
  }

  /** Payments that are there at once, for whoever has to go through many. */
  @Post('payments')
  @HttpCode(200)
  bulk(@Body() body: unknown) {
    const spec = parsed(bulkSchema, body);
    this.stripe.core.run(() => this.stripe.core.state.addBulk(spec));
    return spec;
  }

  /** Puts a customer who lived by the time of everybody on a clock of its own, with all that it has. */
  @Post('customers/:id/clock')
  @HttpCode(200)
  clock(@Param('id') id: string) {
    const { core, products } = this.stripe;
    return core.run(() => products.clocks.adopt(core.state.get('customer', id)));
  }

  /** Moves a test clock, as the API does. */
  @Post('clocks/:id/advance')
  @HttpCode(200)
  advance(@Param('id') id: string, @Body() body: unknown) {
    const { to } = parsed(advanceSchema, body);
    return this.stripe.core.run(() => this.stripe.products.clocks.advance(id, to));
  }

  @Post('disputes/:id/close')
  @HttpCode(200)
  close(@Param('id') id: string, @Body() body: unknown) {
    const { outcome } = parsed(closureSchema, body);
    return this.stripe.core.run(() => this.stripe.products.disputes.decide(id, outcome));
  }

  @Post('refunds/:id/fail')
  @HttpCode(200)
  failRefund(@Param('id') id: string, @Body() body: unknown) {
    const { reason } = parsed(failureSchema, body);
    return this.stripe.core.run(() => this.stripe.products.refunds.fail(id, reason));
  }
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  throw refused(z.prettifyError(result.error));
}

function refused(message: string): HttpException {
  return new HttpException({ error: { message } }, 400);
}
