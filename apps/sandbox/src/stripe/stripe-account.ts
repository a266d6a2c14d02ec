import { join } from 'node:path';
import type { Stripe } from 'stripe';
import type { SandboxConfig } from '../config.js';
import type { JsonObject } from '../json.js';
import { accountObject } from './account-object.js';
import { StateFile } from './core/state-file.js';
import { StripeCore } from './core/stripe-core.js';
import type { StoredState } from './core/stripe-state.js';
import { idOf } from './core/ids.js';
import { StripeProducts } from './stripe-products.js';
import { type Delivery, WebhookSender } from './webhooks/webhook-sender.js';
import type { Claim } from './wire/idempotency.js';
import { list } from './wire/lists.js';
import { params } from './wire/params.js';
import { get, type Route } from './wire/route.js';
import { StripeServer } from './wire/stripe-server.js';

/** All of an account that outlives the process. */
interface Stored {
  state: StoredState;
  idempotencyKeys: [string, Claim][];
  deliveries: Delivery[];
}

/** One account at Stripe, in test mode: what it has, what may be asked of it, and whom it tells. */
export class StripeAccount {
  readonly account: Stripe.Account;
  readonly core: StripeCore;
  readonly products: StripeProducts;
  readonly routes: Route[];
  readonly server: StripeServer;
  readonly webhooks: WebhookSender;
  private readonly file: StateFile | undefined;

  /** @param origin where the pages are; known once the server listens */
  constructor(config: SandboxConfig, origin: () => string) {
    const changed = (): void => this.file?.changed();
    this.account = accountObject(config.SANDBOX_STRIPE_SECRET_KEY);
    this.webhooks = new WebhookSender(
      `${config.SANDBOX_STRIPE_APP_ORIGIN}/webhooks/stripe`,
      config.SANDBOX_STRIPE_WEBHOOK_SECRET,
      changed,
    );
    this.core = new StripeCore((event) => this.webhooks.send(event), origin, changed);
    this.products = new StripeProducts(this.core);
    this.routes = [
      get('account', params({}), () => this.account),
      ...this.products.routes((event) => this.webhooks.isDelivered(event)),
    ];
    const expander = {
      byId: (id: string) => this.core.state.byId(id),
      included: (object: JsonObject, member: string) => this.included(object, member),
    };
    this.server = new StripeServer(this.core, expander, config.SANDBOX_STRIPE_SECRET_KEY);
    if (config.SANDBOX_STATE_DIR !== undefined) {
      this.file = new StateFile(join(config.SANDBOX_STATE_DIR, 'stripe.json'), () => this.stored());
      this.restore(this.file.read() as Stored | undefined);
    }
  }

  /** What time brings, as far as no test clock holds it up. */
  tick(): void {
    this.products.checkout.sessions.expireDue();
    const { dueWork } = this.products;
    for (let due = dueWork.next(null, this.core.now()); due !== undefined;) {
      this.core.run(due.act);
      due = dueWork.next(null, this.core.now());
    }
  }

  async close(): Promise<void> {
    this.webhooks.stop();
    await this.file?.close();
  }

  private stored(): Stored {
    return {
      state: this.core.state.stored(),
      idempotencyKeys: this.server.idempotencyKeys.stored(),
      deliveries: this.webhooks.deliveries(),
    };
  }

  private restore(stored: Stored | undefined): void {
    if (stored === undefined) return;
    const { state } = this.core;
    state.restore(stored.state);
    this.server.idempotencyKeys.restore(stored.idempotencyKeys);
    this.webhooks.restore(stored.deliveries, (id) => state.find('event', id));
  }

  /** Members that Stripe shows only where they are asked for. */
  private included({ object, id }: JsonObject, member: string): unknown {
    const of = String(id);
    const { state } = this.core;
    if (object === 'checkout.session' && member === 'line_items') {
      const { lineItems } = this.products.checkout.sessions.planOf(of);
      return list(`/v1/checkout/sessions/${of}/line_items`, lineItems);
    }
    if (object === 'charge' && member === 'refunds') {
      const refunds = state.all('refund').filter(({ charge }) => idOf(charge) === of);
      return list(`/v1/charges/${of}/refunds`, refunds.toArray());
    }
    if (object === 'invoice' && member === 'payments') {
      const payment = this.products.invoices.paymentOf(of);
      return list('/v1/invoice_payments', payment === undefined ? [] : [payment]);
    }
    return undefined;
  }
}
