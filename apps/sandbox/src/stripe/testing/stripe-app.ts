import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@modelbridge/testing-kit';
import { Stripe } from 'stripe';
import type { SandboxConfig } from '../../config.js';
import { TestSandbox } from '../../testing/test-sandbox.js';

/** An application that takes money: the vendor's SDK on one side, a receiver of webhooks on the other. */
export class StripeApp {
  /** What came in, in order, each verified by the vendor's own code. */
  readonly heard: Stripe.Event[] = [];
  /** Answers with 503 to so many. */
  refuseNext = 0;
  /** Deliveries that the vendor's code did not believe. */
  forgeries = 0;

  private constructor(
    private readonly receiver: Server,
    readonly origin: string,
    readonly sandbox: TestSandbox,
    readonly stripe: Stripe,
  ) {}

  static async start(config: Partial<SandboxConfig> = {}): Promise<StripeApp> {
    const receiver = createServer();
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const settings = { ...config, SANDBOX_STRIPE_APP_ORIGIN: origin };
    const sandbox = await TestSandbox.start(settings).catch((error: unknown) => {
      receiver.close();
      throw error;
    });
    const { hostname, port } = new URL(sandbox.url);
    const stripe = new Stripe(sandbox.config.SANDBOX_STRIPE_SECRET_KEY, {
      host: hostname,
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
    });
    const app = new StripeApp(receiver, origin, sandbox, stripe);
    receiver.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const signature = String(request.headers['stripe-signature'] ?? '');
        response.writeHead(app.receive(Buffer.concat(chunks), signature)).end();
      });
    });
    return app;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    this.receiver.closeAllConnections();
    this.receiver.close();
  }

  private receive(body: Buffer, signature: string): number {
    const secret = this.sandbox.config.SANDBOX_STRIPE_WEBHOOK_SECRET;
    try {
      const event = this.stripe.webhooks.constructEvent(body, signature, secret);
      if (this.refuseNext > 0) {
        this.refuseNext -= 1;
        return 503;
      }
      this.heard.push(event);
      return 200;
    } catch {
      this.forgeries += 1;
      return 400;
    }
  }

  /** One of the stand-in's own routes. */
  async control<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/stripe/test/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answer = (await response.json()) as T & { error?: { message: string } };
    if (!response.ok) throw new Error(answer.error?.message ?? String(response.status));
    return answer;
  }

  /** Every event so far that an object is in, or that is about another one of it. */
  async typesOf(...ids: (string | null)[]): Promise<string[]> {
    const { events } = await this.control<{ events: Stripe.Event[] }>('GET', 'events');
    return events
      .filter(({ data }) => ids.includes((data.object as { id: string }).id))
      .map(({ type }) => type);
  }

  /** Resolves once this was heard of an object. */
  hears(type: string, id: string): Promise<Stripe.Event> {
    return eventually(() => {
      const found = this.heard.find(
        (event) => event.type === type && (event.data.object as { id?: string }).id === id,
      );
      if (found === undefined) throw new Error(`${type} of ${id} was not heard`);
      return found;
    });
  }

  /** A customer with a card that has been kept; `card` is the end of `pm_card_…`. */
  async customerWith(card: string): Promise<{ customer: string; method: string }> {
    const { id: customer } = await this.stripe.customers.create({ email: 'ada@example.com' });
    const { id: method } = await this.stripe.paymentMethods.attach(`pm_card_${card}`, { customer });
    return { customer, method };
  }

  topUp(
    over: Stripe.Checkout.SessionCreateParams = {},
    amount = 2_500,
  ): Promise<Stripe.Response<Stripe.Checkout.Session>> {
    return this.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'Credit' } },
        },
      ],
      success_url: `${this.origin}/done?session={CHECKOUT_SESSION_ID}`,
      cancel_url: `${this.origin}/cancelled`,
      ...over,
    });
  }

  recharge(
    { customer, method }: { customer: string; method: string },
    over: Partial<Stripe.PaymentIntentCreateParams> = {},
    options: Stripe.RequestOptions = {},
  ): Promise<Stripe.Response<Stripe.PaymentIntent>> {
    return this.stripe.paymentIntents.create(
      {
        amount: 1_000,
        currency: 'usd',
        customer,
        payment_method: method,
        off_session: true,
        confirm: true,
        ...over,
      },
      options,
    );
  }
}
