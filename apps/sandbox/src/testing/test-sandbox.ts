import { providers } from '@modelbridge/contracts';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { eventually } from '@modelbridge/testing-kit';
import type { FaultRule } from '../control/fault-rule.js';
import type { requestView } from '../control/request-view.js';
import { keyVariableOf, type SandboxConfig } from '../config.js';
import { SmtpService } from '../mailbox/smtp.service.js';
import { sandboxService } from '../service.js';

export type ListedRequest = Omit<ReturnType<typeof requestView>, 'body'> & {
  body: Record<string, unknown> | null;
};

const keys = Object.fromEntries(
  providers.map((provider) => [keyVariableOf(provider), `sk-${provider}-sandbox-0001`]),
) as Pick<SandboxConfig, ReturnType<typeof keyVariableOf>>;

/** What a publishable key of Clerk holds. */
const frontendHost = Buffer.from('clerk.modelbridge.test$').toString('base64');

const CONFIG: SandboxConfig = {
  HOST: '127.0.0.1',
  HTTP_PORT: 0,
  LOG_LEVEL: 'silent',
  LOG_ROOM_LOW: 0,
  ...keys,
  SANDBOX_CLERK_SECRET_KEY: 'sk_live_of_the_sandbox',
  SANDBOX_CLERK_PUBLISHABLE_KEY: `pk_live_${frontendHost}`,
  SANDBOX_CLERK_WEBHOOK_SECRET: `whsec_${Buffer.from('of the sandbox').toString('base64')}`,
  SANDBOX_CLERK_APP_ORIGIN: 'http://127.0.0.1:9',
  SANDBOX_STRIPE_SECRET_KEY: 'sk_test_of_the_sandbox',
  SANDBOX_STRIPE_WEBHOOK_SECRET: 'whsec_of_the_sandbox',
  SANDBOX_STRIPE_APP_ORIGIN: 'http://127.0.0.1:9',
  SANDBOX_SMTP_PORT: 0,
  SANDBOX_SMTP_USER: 'sandbox',
  SANDBOX_SMTP_PASSWORD: 'of the sandbox',
  SANDBOX_CHUNK_DELAY_MS: 0,
};

/** A sandbox on a free port, with its control routes as methods. */
export class TestSandbox {
  readonly config = CONFIG;

  private constructor(
    private readonly service: RunningService,
    readonly url: string,
  ) {}

  static async start(over: Partial<SandboxConfig> = {}): Promise<TestSandbox> {
    const service = await createService(sandboxService({ ...CONFIG, ...over }));
    return new TestSandbox(service, `http://127.0.0.1:${service.httpPort}`);
  }

  /** For who sends mail through it. */
  get smtpUrl(): string {
    const { SANDBOX_SMTP_USER: user, SANDBOX_SMTP_PASSWORD: password } = this.config;
    const { port } = this.service.app.get(SmtpService, { strict: false });
    return `smtp://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return this.service.close();
  }

  /** Sets `rules` as the faults in force; none clears them. */
  async faults(...rules: FaultRule[]): Promise<void> {
    const response = await fetch(`${this.url}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  /** The last request that a provider received, once the sandbox is done with it. */
  lastRequest(): Promise<ListedRequest> {
    return eventually(async () => {
      const last = (await this.requests()).at(-1);
      if (!last?.finished) throw new Error('the request is not finished');
      return last;
    });
  }

  async requests(since = 0): Promise<ListedRequest[]> {
    const response = await fetch(`${this.url}/control/requests?since=${since}&limit=1000`);
    const { requests } = (await response.json()) as { requests: ListedRequest[] };
    return requests;
  }

  async clearRequests(): Promise<void> {
    await fetch(`${this.url}/control/requests`, { method: 'DELETE' });
  }

  post(path: string, key: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      ...init,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string> | undefined),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}

/** `count` words that no other prompt begins with, for prompts that fill a cache. */
export function longText(opening: string, count: number): string {
  return `${opening} ${'alpha bravo delta gamma '.repeat(Math.ceil(count / 4))}`;
}
