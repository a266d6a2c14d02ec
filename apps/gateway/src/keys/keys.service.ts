import { Inject, Injectable } from '@nestjs/common';
import { apiKeyLength, apiKeySha256, parseApiKey } from '@modelbridge/api-key';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { AuthClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { callerAddress, type CallerConnection } from './caller-address.js';
import { requireUsable } from './key-access.js';
import { KeyCache } from './key-cache.js';
import { KeyChecks } from './key-checks.js';
import { readKey } from './read-key.js';
import type { ResolvedKey } from './resolved-key.js';

/** Codes that alerts look at (deploy/alerts/keys.yml). */
const alertedCodes = ['invalid_api_key', 'too_many_bad_keys'];

/**
 * Tells whom an API key belongs to. Answers from memory in the steady state; whatever cannot be
 * decided is refused.
 */
@Injectable()
export class KeysService {
  private readonly cache = new KeyCache(bounds);
  private readonly checks = new KeyChecks(bounds);
  private readonly pending = new Map<string, Promise<ResolvedKey | undefined>>();
  private readonly refused;

  constructor(
    private readonly auth: AuthClient,
    private readonly messaging: Messaging,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'TRUSTED_PROXIES'>,
    metrics: Metrics,
  ) {
    this.refused = metrics.counter({
      name: 'gateway_refused_keys_total',
      help: 'Requests whose key was refused, by what they were told',
      labelNames: ['code'],
    });
    // Of a counter that is first seen above 0 no increase is known.
    for (const code of alertedCodes) this.refused.inc({ code }, 0);
  }

  /**
   * The key's owner, at once where it is cached. Throws or rejects with 401 for what is no valid key, 403 where
   * it may not be used from this address, 503 where auth is needed and does not answer, and 429 where too many
   * keys in vain came from the same address.
   */
  resolve(apiKey: string | undefined, from: CallerConnection): ResolvedKey | Promise<ResolvedKey> {
    try {
      const key = this.find(apiKey, from);
      return key instanceof Promise ? key.catch((error: unknown) => this.refuse(error)) : key;
    } catch (error) {
      return this.refuse(error);
    }
  }

  private find(
    apiKey: string | undefined,
    from: CallerConnection,
  ): ResolvedKey | Promise<ResolvedKey> {
    if (apiKey?.length !== apiKeyLength) throw RequestError.of('invalid_api_key');
    const digest = apiKeySha256(apiKey);
    const sha256 = digest.toString('hex');
    const answer = this.cache.get(sha256, performance.now(), this.messaging.isConnected);
    if (answer.found === 'unknown') throw RequestError.of('invalid_api_key');
    if (answer.found === 'key') {
      // A failed refresh changes nothing: the entry lives on until its time is over.
      if (answer.stale) this.lookUp(sha256, digest).catch(() => undefined);
      return this.usable(answer.key, from);
    }
    if (parseApiKey(apiKey) === undefined) throw RequestError.of('invalid_api_key');
    const address = callerAddress(from, this.config.TRUSTED_PROXIES);
    return this.check(sha256, digest, address).then((key) => this.usable(key, from));
  }

  revoke(keyId: string): void {
    this.cache.revoke(keyId);
  }

  /** What the key may do has changed. */
  change(keyId: string): void {
    this.cache.change(keyId, performance.now());
  }

  /** Revocations and changes may have been missed. */
  distrust(): void {
    this.cache.distrust(performance.now());
  }

  private refuse(error: unknown): never {
    if (error instanceof RequestError) this.refused.inc({ code: String(error.code) });
    throw error;
  }

  private usable(key: ResolvedKey, from: CallerConnection): ResolvedKey {
    return requireUsable(key, from, this.config.TRUSTED_PROXIES);
  }

  private async check(sha256: string, digest: Buffer, address: string): Promise<ResolvedKey> {
    const full = this.checks.begin(address, performance.now());
    if (full === 'address') {
      throw RequestError.of('too_many_bad_keys', { retryAfterMs: bounds.badKeyMs });
    }
    if (full === 'all') throw unavailable(bounds.badKeyMs);
    let isUnknown = false;
    try {
      const key = await this.lookUp(sha256, digest);
      isUnknown = key === undefined;
      if (key === undefined) throw RequestError.of('invalid_api_key');
      return key;
    } finally {
      this.checks.end(address, isUnknown, performance.now());
    }
  }

  private lookUp(sha256: string, digest: Buffer): Promise<ResolvedKey | undefined> {
    const running = this.pending.get(sha256);
    if (running !== undefined) return running;
    if (this.pending.size >= bounds.maxPendingKeyLookups) {
      return Promise.reject(unavailable());
    }
    const lookUp = this.ask(sha256, digest).finally(() => this.pending.delete(sha256));
    this.pending.set(sha256, lookUp);
    return lookUp;
  }

  private async ask(sha256: string, digest: Buffer): Promise<ResolvedKey | undefined> {
    try {
      for (;;) {
        const askedAt = performance.now();
        const answer = await this.auth.resolveKey(
          { keySha256: digest },
          { timeoutMs: bounds.keyLookupTimeoutMs },
        );
        const key = readKey(answer);
        if (key === undefined) throw unavailable();
        const put = this.cache.put(sha256, key, askedAt);
        if (put !== 'changed') return put === 'kept' ? key : undefined;
      }
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') {
        this.cache.putUnknown(sha256, performance.now());
        return undefined;
      }
      throw unavailable(this.auth.pausedMs());
    }
  }
}

function unavailable(retryAfterMs: number = bounds.keysRetryAfterMs): RequestError {
  return RequestError.of('keys_unavailable', { retryAfterMs });
}
