import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerFacts, providers, type KeyVariable } from '@modelbridge/contracts';
import {
  Api,
  ContentPolicy,
  EndpointState,
  UpstreamTraits,
  type Endpoint,
  type Model,
  type Snapshot,
} from '@modelbridge/contracts/routing.v1';
import {
  usageLedgerWatermarkAdvanced,
  usageRequestCompleted,
  type RequestRecord,
} from '@modelbridge/contracts/events';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { outsideMessaging, type OutsideMessaging } from '@modelbridge/service-kit/testing';
import {
  eventually,
  startTestService,
  testCertificates,
  type TestNats,
  type TestService,
  type TestTls,
} from '@modelbridge/testing-kit';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { readConfig } from '../../src/config.js';
import { loadBounds } from '../../src/load/bounds.js';
import { gatewayService } from '../../src/service.js';
import { StubServices } from './stub-services.js';
import { StubUpstream } from './stub-upstream.js';

export const providerKeys = Object.fromEntries(
  providers.map((provider) => [
    providerFacts[provider].keyVariable,
    `sk-canary-${provider}-provider-key`,
  ]),
) as Record<KeyVariable, string>;

/** A real usage-ledger for a gateway; its certificates are also for `gateway`, `auth` and `test`. */
export interface SharedLedger {
  grpcTarget: string;
  nats: TestNats;
  certificates: Record<string, TestTls>;
}

/** A gateway in this process with stubs on every side of it, and real NATS, gRPC and HTTP between them. */
export class TestGateway {
  readonly services = new StubServices();
  readonly openai = new StubUpstream();
  readonly anthropic = new StubUpstream();
  readonly east = new StubUpstream();
  readonly west = new StubUpstream();
  readonly published: RequestRecord[] = [];
  service!: TestService<RunningService>;
  /** As auth, billing and usage-ledger have it. */
  outside!: OutsideMessaging;

  /** `ledger` stands in the stub's place, on the NATS that both use. */
  static async start(env: NodeJS.ProcessEnv = {}, ledger?: SharedLedger): Promise<TestGateway> {
    const test = new TestGateway();
    // What a busy machine has no time for comes late here. Tests of overload say what is too late.
    Object.assign(loadBounds, { patienceMs: Infinity, standingPatienceMs: Infinity });
    const certificates =
      ledger?.certificates ?? (await testCertificates('gateway', 'auth', 'test'));
    await Promise.all([
      test.services.start(certificates['auth']),
      test.openai.start(),
      test.anthropic.start(),
      test.east.start(),
      test.west.start(),
    ]);
    test.services.snapshot = test.snapshot();
    const { target } = test.services;
    test.service = await startTestService({
      start: createService,
      name: 'gateway',
      options: (variables: NodeJS.ProcessEnv) => gatewayService(readConfig(variables)),
      nats: ledger?.nats ?? true,
      certificates,
      env: {
        AUTH_GRPC: target,
        ROUTING_GRPC: target,
        BILLING_GRPC: target,
        USAGE_LEDGER_GRPC: ledger?.grpcTarget ?? target,
        TEAMS_GRPC: target,
        RETENTION_GRPC: target,
        IDEMPOTENCY_SECRET: 'canary-idempotency-secret-canary-i',
        COMPACTION_SECRET: 'canary-compaction-secret-canary-com',
        SPOOL_DIR: await mkdtemp(join(tmpdir(), 'spool-')),
        ...providerKeys,
        ...env,
      },
    });
    test.outside = outsideMessaging(test.service.nats?.url ?? '');
    test.collectRecords(ledger === undefined);
    await eventually(async () => {
      const { status } = await fetch(`${test.url}/readyz`);
      if (status !== 200) throw new Error('not ready');
    });
    return test;
  }

  get url(): string {
    return this.service.httpUrl;
  }

  async stop(): Promise<void> {
    await this.outside.close();
    await this.service.close();
    this.services.stop();
    await Promise.all([this.openai, this.anthropic, this.east, this.west].map((u) => u.stop()));
    await rm(String(this.service.env['SPOOL_DIR']), { recursive: true, force: true });
  }

  /** A caller with a key of its own. */
  caller(): {
    apiKey: string;
    client: OpenAI;
    anthropic: Anthropic;
    keyId: string;
    accountId: string;
  } {
    const { apiKey, key } = this.services.createKey();
    return { apiKey, ...this.clientsOf(apiKey), keyId: key.keyId, accountId: key.accountId };
  }

  /** The official clients with a key. */
  clientsOf(apiKey: string): { client: OpenAI; anthropic: Anthropic } {
    return {
      client: new OpenAI({ apiKey, baseURL: `${this.url}/v1`, maxRetries: 0 }),
      anthropic: new Anthropic({ apiKey, baseURL: this.url, maxRetries: 0 }),
    };
  }

  post(
    apiKey: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
    path = '/v1/chat/completions',
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body,
    });
  }

  /** The usage record of a request, once it has come over JetStream. */
  record(requestId: string | null | undefined): Promise<RequestRecord> {
    return eventually(() => {
      const found = this.published.find((record) => record.requestId === requestId);
      if (found === undefined) throw new Error('not published yet');
      return found;
    });
  }

  snapshot(): Snapshot {
    return {
      version: 1n,
      publishedAt: new Date(),
      models: [
        model('gpt-5.4', 'openai', {
          inputPicoUsd: 2_500_000n,
          cacheReadPicoUsd: 250_000n,
          outputPicoUsd: 15_000_000n,
        }),
        model('claude-sonnet-4-6', 'anthropic', {
          inputPicoUsd: 3_000_000n,
          cacheReadPicoUsd: 300_000n,
          cacheWrite5mPicoUsd: 3_750_000n,
          cacheWrite1hPicoUsd: 6_000_000n,
          outputPicoUsd: 15_000_000n,
        }),
        model('kimi-k2.5', 'selfhosted', {
          inputPicoUsd: 600_000n,
          cacheReadPicoUsd: 100_000n,
          outputPicoUsd: 3_000_000n,
        }),
      ],
      endpoints: [
        endpoint(
          'openai',
          'gpt-5.4',
          'openai',
          `${this.openai.url}/v1`,
          'us-east',
          Api.CHAT_COMPLETIONS,
          Api.RESPONSES,
        ),
        endpoint(
          'anthropic',
          'claude-sonnet-4-6',
          'anthropic',
          this.anthropic.url,
          'us-east',
          Api.MESSAGES,
        ),
        endpoint(
          'kimi-east',
          'kimi-k2.5',
          'selfhosted',
          `${this.east.url}/v1`,
          'us-east',
          Api.CHAT_COMPLETIONS,
        ),
        endpoint(
          'kimi-west',
          'kimi-k2.5',
          'selfhosted',
          `${this.west.url}/v1`,
          'us-west',
          Api.CHAT_COMPLETIONS,
        ),
      ],
    };
  }

  /** Notes what is published; settles it as the ledger would where there is none. */
  private collectRecords(settle: boolean): void {
    const { messaging } = this.outside;
    messaging.consume(usageRequestCompleted, {
      durable: 'test__usage-request-completed',
      handle: async ({ gatewayEpoch, records }) => {
        this.published.push(...records);
        if (!settle) return;
        const settledSequence = Math.max(...records.map(({ sequence }) => sequence));
        await messaging.publish(
          usageLedgerWatermarkAdvanced,
          { epochs: [{ gatewayEpoch, settledSequence }] },
          { id: `${gatewayEpoch}-${settledSequence}` },
        );
      },
    });
  }
}

const unpriced = {
  aboveInputTokens: 0n,
  inputPicoUsd: 0n,
  cacheReadPicoUsd: 0n,
  cacheWrite5mPicoUsd: 0n,
  cacheWrite1hPicoUsd: 0n,
  outputPicoUsd: 0n,
};

function model(id: string, provider: string, prices: Partial<typeof unpriced>): Model {
  return {
    id,
    displayName: id,
    ownedBy: provider,
    provider,
    aliases: provider === 'anthropic' ? [] : [`claude-compat-${id}`],
    contextWindowTokens: 200_000n,
    maxInputTokens: 200_000n,
    maxOutputTokens: 64_000n,
    price: { version: '2026-08-01', tiers: [{ ...unpriced, ...prices }], assumed: false },
    contentPolicy: provider === 'selfhosted' ? ContentPolicy.NEVER : ContentPolicy.SEALED_30_DAYS,
    inputModalities: provider === 'selfhosted' ? ['text'] : ['text', 'image', 'file'],
    outputModalities: ['text'],
    createdAt: new Date('2026-01-01T00:00:00Z'),
    maxTokensPerImage: 1_600n,
    maxTokensPerFile: 0n,
    allowedBetas: provider === 'anthropic' ? ['context-1m-2025-08-07'] : [],
    upstreamTraits: UpstreamTraits.fromPartial({
      thinkingSwitch: provider === 'selfhosted' ? 'thinking' : '',
      minCachedTokens: provider === 'anthropic' ? 1_024 : 0,
    }),
  };
}

function endpoint(
  id: string,
  modelId: string,
  provider: string,
  baseUrl: string,
  region: string,
  ...apis: Api[]
): Endpoint {
  return {
    id,
    modelId,
    provider,
    region,
    baseUrl,
    upstreamModel: `upstream-${modelId}`,
    apis,
    state: EndpointState.HEALTHY,
    latencies: [],
  };
}
