import { refused, type VaultAnswer } from './transit.js';

export interface TokenSettings {
  /** Seconds; 0 for one that never ends. */
  ttl: number;
  renewable: boolean;
  /** Seconds after which no renewal helps; 0: there is no end. */
  maxTtl?: number;
}

interface Token extends TokenSettings {
  madeAt: number;
  endsAt: number;
}

/** Tokens of a Vault, as far as they are asked about themselves. */
export class Tokens {
  private readonly tokens = new Map<string, Token>();

  /** `now` in seconds. */
  constructor(private readonly now: () => number = () => Date.now() / 1_000) {}

  add(id: string, settings: TokenSettings): void {
    const madeAt = this.now();
    const endsAt = settings.ttl === 0 ? Infinity : madeAt + settings.ttl;
    this.tokens.set(id, { ...settings, madeAt, endsAt });
  }

  isGood(id: unknown): boolean {
    return this.found(id) !== undefined;
  }

  /** `path` is what follows `auth/token/`. */
  answer(id: unknown, method: string, path: string): VaultAnswer {
    const token = this.found(id);
    if (token === undefined) return refused(403, 'permission denied');
    if (path === 'lookup-self' && method === 'GET') {
      const { ttl: creation, renewable } = token;
      const data = { ttl: this.left(token), creation_ttl: creation, renewable, period: 0 };
      return { status: 200, body: { data } };
    }
    if (path === 'renew-self' && (method === 'POST' || method === 'PUT')) return this.renew(token);
    return refused(405, 'unsupported operation');
  }

  private found(id: unknown): Token | undefined {
    const token = typeof id === 'string' ? this.tokens.get(id) : undefined;
    return token !== undefined && token.endsAt > this.now() ? token : undefined;
  }

  private left({ endsAt }: Token): number {
    return endsAt === Infinity ? 0 : Math.floor(endsAt - this.now());
  }

  private renew(token: Token): VaultAnswer {
    if (!token.renewable) return refused(400, 'lease is not renewable');
    const latest = token.maxTtl ? token.madeAt + token.maxTtl : Infinity;
    token.endsAt = Math.min(this.now() + token.ttl, latest);
    const auth = { lease_duration: this.left(token), renewable: true };
    return { status: 200, body: { auth } };
  }
}
