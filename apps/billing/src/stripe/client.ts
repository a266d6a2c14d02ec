import { RpcError } from '@modelbridge/service-kit/grpc';
import Stripe from 'stripe';
import { stripeBounds } from './bounds.js';

export interface StripeSettings {
  secretKey: string;
  webhookSecret: string;
  apiBase: string;
  /** Origin of the web app, to which people come back. */
  appUrl: string;
  /** Whether Stripe adds tax to what is paid in and to plans, finds it in there, or leaves it alone. */
  tax: 'none' | 'exclusive' | 'inclusive';
}

export const STRIPE = Symbol('Stripe');
export const STRIPE_SETTINGS = Symbol('StripeSettings');

/** Where an account's metadata says whose it is. */
export const accountKey = 'modelbridge_account';
/** Where an invoice's metadata says which of ours it is. */
export const invoiceKey = 'modelbridge_invoice';
/** Where a payment's metadata says that its page knows of a tax. */
export const taxedKey = 'modelbridge_taxed';
/** Where a payment's metadata says which recharge it answers. */
export const rechargeKey = 'modelbridge_recharge';
/** Where a refund's metadata says which request it answers. */
export const refundRequestKey = 'modelbridge_refund_request';

/** A page that asks where its payer lives, and keeps it for what is invoiced later. */
export const taxedPage = {
  automatic_tax: { enabled: true },
  customer_update: { address: 'auto' },
} as const;

export function stripeClient({ secretKey, apiBase }: StripeSettings): Stripe {
  const { protocol, hostname, port } = new URL(apiBase);
  return new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port === '' ? undefined : port,
    timeout: stripeBounds.timeoutMs,
    maxNetworkRetries: stripeBounds.retries,
    telemetry: false,
    appInfo: { name: 'ModelBridge' },
  });
}

/** Stripe has refused for a reason that no repetition changes. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  constructor(
    readonly code: string,
    cause: unknown,
  ) {
    super(`Stripe refuses: ${code}`, { cause });
  }
}

export function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

/** Awaits an answer of Stripe's; throws StripeRefusal, or `unavailable` for what may pass. */
export async function asking<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failure(error);
  }
}

export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') {
      return undefined;
    }
    throw failure(error);
  }
}

export function failure(error: unknown): Error {
  if (error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode === 400) {
    return new RpcError('already_exists', 'this idempotency key was used with other values', {
      field: 'idempotency_key',
      cause: error,
    });
  }
  const isFinal =
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeCardError;
  if (isFinal) return new StripeRefusal(error.code ?? error.type, error);
  return new RpcError('unavailable', 'Stripe does not answer: try again', { cause: error });
}
