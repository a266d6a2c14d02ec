import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { webhookBounds } from './bounds.js';
import { endpointOf, hostOf, mayReach, notPublic, unresolved, type Reach } from './endpoint.js';

export type AttemptError = 'address_refused' | 'timeout' | 'tls' | 'connection';

/** How an attempt ended: the answer's status, or why there was none. */
export type Attempt = { latencyMs: number } & ({ status: number } | { error: AttemptError });

/** A name leads, or has come to lead, to where no webhook may go. */
class AddressRefused extends Error {}

/**
 * Makes the requests of webhooks. A name is resolved for each connection, which goes to an address that was looked at
 * and to no other; redirects are answers like any other, and not followed.
 */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  readonly reach: Reach;
  /** Every address of a name. A test may put a resolver of its own here. */
  resolve: (host: string) => Promise<LookupAddress[]> = (host) => lookup(host, { all: true });
  private readonly agent: Agent;

  constructor(@Inject(BILLING_CONFIG) config: BillingConfig) {
    this.reach = { loopback: config.ACCOUNT_WEBHOOKS_TO_LOOPBACK };
    const { requestMs, atOnce } = webhookBounds;
    this.agent = new Agent({
      connect: { lookup: this.lookup, timeout: requestMs },
      headersTimeout: requestMs,
      bodyTimeout: requestMs,
      connections: atOnce,
      pipelining: 1,
      // A connection is not kept for the next message: that one may be for another address.
      keepAliveTimeout: 1,
      keepAliveMaxTimeout: 1,
    });
  }

  /** The endpoint that a URL names. Throws what is wrong with it, what its name resolves to included. */
  async endpoint(text: string): Promise<URL> {
    const url = endpointOf(text, this.reach);
    const host = hostOf(url);
    if (isIP(host) !== 0) return url;
    const addresses = await this.resolve(host).catch(() => []);
    if (addresses.length === 0) throw unresolved();
    if (!addresses.every(({ address }) => mayReach(address, this.reach))) throw notPublic();
    return url;
  }

  async post(url: string, headers: Record<string, string>, body: string): Promise<Attempt> {
    const startedAt = performance.now();
    const latencyMs = (): number => Math.round(performance.now() - startedAt);
    try {
      const { href } = endpointOf(url, this.reach);
      const answer = await request(href, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json', 'user-agent': 'ModelBridge', ...headers },
        body,
        signal: AbortSignal.timeout(webhookBounds.requestMs),
      });
      // Whatever it says, and however long it goes on.
      answer.body.on('error', () => undefined).destroy();
      return { status: answer.statusCode, latencyMs: latencyMs() };
    } catch (error) {
      return { error: kindOf(error), latencyMs: latencyMs() };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private readonly lookup: LookupFunction = (host, { all }, answer) => {
    this.resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        const isRefused = !addresses.every(({ address }) => mayReach(address, this.reach));
        if (isRefused || first === undefined) answer(new AddressRefused(), '', 0);
        else if (all) answer(null, addresses);
        else answer(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => answer(error, '', 0),
    );
  };
}

function kindOf(error: unknown): AttemptError {
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: unknown };
  if (error instanceof AddressRefused || cause instanceof AddressRefused) return 'address_refused';
  if (name === 'BillingError') return 'address_refused';
  const text = typeof code === 'string' ? code : '';
  if (name === 'TimeoutError' || text.includes('TIMEOUT') || text === 'ETIMEDOUT') return 'timeout';
  return /CERT|SSL|TLS|SELF_SIGNED|VERIFY/.test(text) ? 'tls' : 'connection';
}
