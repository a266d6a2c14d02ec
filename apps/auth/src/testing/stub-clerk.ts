import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const frontendHost = 'clerk.modelbridge.test';
const webhookKey = Buffer.from('a key of the webhooks of the tests');
const lifetimeSeconds = 60;

interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** What a test says of a person at Clerk. */
export interface StubPerson {
  email: string;
  verified?: boolean;
  firstName?: string;
  updatedAt?: number;
}

export type Claims = Record<string, unknown>;

/** Clerk as auth asks it: keys and people over HTTP, tokens and webhooks made in the test's process. */
export class StubClerk {
  readonly origin = 'https://app.modelbridge.test';
  readonly people = new Map<string, StubPerson>();
  /** Of whom each session is that has not ended. */
  readonly sessions = new Map<string, string>();
  /** Known, and not in lists yet. */
  readonly unlisted = new Set<string>();
  /** Answered to everything where it is set. */
  outage: number | undefined;
  /** Holds back answers about people until it resolves. */
  held: Promise<void> = Promise.resolve();
  keyFetches = 0;
  private pair = newPair();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      const { status, body } = this.answer(path, request.method);
      const send = (): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      void (path.startsWith('/v1/users/') ? this.held : Promise.resolve()).then(send);
    });
  }

  static async start(): Promise<StubClerk> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StubClerk(server);
  }

  get env(): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    return {
      CLERK_SECRET_KEY: 'sk_live_of_the_tests',
      CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from(`${frontendHost}$`).toString('base64')}`,
      CLERK_WEBHOOK_SECRET: `whsec_${webhookKey.toString('base64')}`,
      CLERK_API_URL: `http://127.0.0.1:${port}`,
      CLERK_AUTHORIZED_PARTIES: this.origin,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A new person; their Clerk id. */
  add(person: StubPerson): string {
    const id = `user_${randomUUID()}`;
    this.people.set(id, person);
    return id;
  }

  /** The key with which tokens are signed is another from here on. The one before, for tokens of then. */
  rotate(): KeyPair {
    const before = this.pair;
    this.pair = newPair();
    return before;
  }

  claims(sub: string, over: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1_000);
    return {
      azp: this.origin,
      exp: now + lifetimeSeconds,
      iat: now - 1,
      nbf: now - 10,
      iss: `https://${frontendHost}`,
      sid: `sess_${randomUUID()}`,
      sub,
      sts: 'active',
      fva: [0, -1],
      v: 2,
      jti: randomUUID(),
      ...over,
    };
  }

  /** A session token; `forge` makes one that nobody should take. */
  token(
    sub: string,
    over: Claims = {},
    forge: {
      alg?: 'RS256' | 'HS256' | 'none';
      unsigned?: boolean;
      pair?: KeyPair;
      kid?: string;
    } = {},
  ): string {
    const { alg = 'RS256', unsigned = false, pair = this.pair, kid = pair.kid } = forge;
    const parts = [{ alg, typ: 'JWT', kid }, this.claims(sub, over)];
    const text = parts
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    if (unsigned || alg === 'none') return `${text}.`;
    const signature =
      alg === 'RS256'
        ? sign('sha256', Buffer.from(text), pair.privateKey)
        : createHmac('sha256', pair.publicKey.export({ type: 'spki', format: 'pem' }))
            .update(text)
            .digest();
    return `${text}.${signature.toString('base64url')}`;
  }

  /** A signed webhook as auth is given it. */
  webhook(
    type: string,
    data: object,
    { id = `msg_${randomUUID()}`, ageSeconds = 0 }: { id?: string; ageSeconds?: number } = {},
  ): { body: Buffer; svixId: string; svixTimestamp: string; svixSignature: string } {
    const body = Buffer.from(
      JSON.stringify({ type, object: 'event', data, timestamp: Date.now() }),
    );
    const svixTimestamp = String(Math.floor(Date.now() / 1_000) - ageSeconds);
    const signature = createHmac('sha256', webhookKey)
      .update(`${id}.${svixTimestamp}.`)
      .update(body)
      .digest('base64');
    return { body, svixId: id, svixTimestamp, svixSignature: `v1,${signature}` };
  }

  private answer(path: string, method = 'GET'): { status: number; body: object } {
    if (this.outage !== undefined) return { status: this.outage, body: { errors: [] } };
    if (path === '/v1/jwks') {
      this.keyFetches += 1;
      const { kid, publicKey } = this.pair;
      const key = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
      return { status: 200, body: { keys: [key] } };
    }
    const { pathname, searchParams } = new URL(path, this.origin);
    if (pathname === '/v1/users' || pathname === '/v1/users/count') {
      const found = searchParams.getAll('user_id').flatMap((id) => {
        const person = this.people.get(id);
        return person === undefined || this.unlisted.has(id) ? [] : [userJson(id, person)];
      });
      return {
        status: 200,
        body: pathname.endsWith('count') ? { total_count: found.length } : found,
      };
    }
    if (pathname === '/v1/sessions') {
      const of = searchParams.get('user_id');
      const active = [...this.sessions].flatMap(([id, userId]) =>
        userId === of ? [sessionJson(id, userId, 'active')] : [],
      );
      return { status: 200, body: { data: active, total_count: active.length } };
    }
    const [, revoked] = /^\/v1\/sessions\/([^/]+)\/revoke$/.exec(pathname) ?? [];
    if (revoked !== undefined) {
      const userId = this.sessions.get(revoked) ?? '';
      this.sessions.delete(revoked);
      return { status: 200, body: sessionJson(revoked, userId, 'revoked') };
    }
    const [, asked] = /^\/v1\/sessions\/([^/]+)$/.exec(pathname) ?? [];
    const owner = this.sessions.get(asked ?? '');
    if (asked !== undefined && owner !== undefined) {
      return { status: 200, body: sessionJson(asked, owner, 'active') };
    }
    const id = path.replace('/v1/users/', '');
    const person = this.people.get(id);
    if (method === 'DELETE') this.people.delete(id);
    if (person !== undefined) return { status: 200, body: userJson(id, person) };
    return {
      status: 404,
      body: { errors: [{ code: 'resource_not_found', message: 'not found' }] },
    };
  }
}

function newPair(): KeyPair {
  return { kid: `ins_${randomUUID()}`, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

function sessionJson(id: string, userId: string, status: string): object {
  const at = 1_700_000_000_000;
  const times = {
    last_active_at: at,
    expire_at: at,
    abandon_at: at,
    created_at: at,
    updated_at: at,
  };
  return { id, object: 'session', client_id: 'client_1', user_id: userId, status, ...times };
}

function userJson(
  id: string,
  { email, verified = true, firstName, updatedAt }: StubPerson,
): object {
  const address = {
    id: 'idn_1',
    object: 'email_address',
    email_address: email,
    verification: { status: verified ? 'verified' : 'unverified', strategy: 'email_code' },
    linked_to: [],
  };
  const old = { ...address, id: 'idn_0', email_address: 'old@example.com' };
  return {
    id,
    object: 'user',
    first_name: firstName ?? null,
    last_name: null,
    primary_email_address_id: address.id,
    email_addresses: [old, address],
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    enterprise_accounts: [],
    created_at: 1_700_000_000_000,
    updated_at: updatedAt ?? 1_700_000_000_000,
  };
}
