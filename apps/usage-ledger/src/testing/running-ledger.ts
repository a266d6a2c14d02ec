import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import { rpcCallers } from '@modelbridge/contracts/access';
import {
  billingChargePosted,
  usageLedgerRequestRecorded,
  usageLedgerWatermarkAdvanced,
  usageRequestCompleted,
  type RecordedRequest,
  type RequestRecord,
} from '@modelbridge/contracts/events';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { createService } from '@modelbridge/service-kit/process';
import {
  outsideMessaging,
  templateOf,
  type OutsideMessaging,
} from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  eventually,
  patienceMs,
  startTestService,
  testNats,
  type TestDatabase,
  type TestNats,
  type TestTls,
} from '@modelbridge/testing-kit';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
import { usageLedgerService } from '../service.js';
import { SpendAccess } from '../spend/spend-access.service.js';

/** What billing and the gateways would have heard from a ledger. */
interface Heard {
  batches: { batchId: string; requests: RecordedRequest[] }[];
  /** The last announced watermark by epoch. */
  watermarks: Map<string, number>;
}

export type RunningLedger = Awaited<ReturnType<typeof startLedger>>;

/** A real usage-ledger on real Postgres and NATS, its own unless they are given. */
export async function startLedger(
  shared: {
    database?: TestDatabase;
    nats?: TestNats;
    certificates?: Record<string, TestTls>;
  } = {},
) {
  const nats = shared.nats ?? (await testNats());
  const outside = outsideMessaging(nats.url);
  const { messaging } = outside;
  const heard = listen(messaging);
  await outside.listening();
  const service = await startTestService({
    start: createService,
    name: 'usage-ledger',
    callers: rpcCallers['usage_ledger.v1.UsageLedgerService'],
    options: (env) => usageLedgerService(readConfig(env)),
    database: shared.database ?? templateOf(schema),
    nats,
    certificates: shared.certificates,
    env: { AUTH_GRPC: '127.0.0.1:1', TEAMS_GRPC: '127.0.0.1:1' },
  });
  const { app } = service.running;
  const database = app.get(Database, { strict: false });
  const calling = callingAsAllowed(rpcCallers['usage_ledger.v1.UsageLedgerService'], (caller) =>
    grpcClient(UsageLedgerServiceClient, service.grpcTarget, service.tlsOf(caller), {
      timeoutMs: patienceMs,
      reason: 'a test',
    }),
  );
  // Who may see what of an account is auth's and teams' to know, which are not here: somebody asks who sees everything.
  app.get(SpendAccess, { strict: false }).query = (_, _actor, query) => Promise.resolve(query);
  const somebody = newId('user');
  const client: typeof calling = {
    ...calling,
    listSpend: (request, options) =>
      calling.listSpend({ ...request, actorUserId: somebody }, options),
    getUsageSeries: (request, options) =>
      calling.getUsageSeries({ ...request, actorUserId: somebody }, options),
  };
  /** Resolves with the batch that hands a request on. */
  const batchOf = (requestId: string) =>
    eventually(() => {
      const found = heard.batches.find(({ requests }) =>
        requests.some((request) => request.requestId === requestId),
      );
      if (found === undefined) throw new Error('the request was not handed on');
      return found;
    });
  return {
    ...service,
    batchOf,
    app,
    client,
    heard,
    query: <T>(sql: string, parameters?: unknown[]) => database.query<T>(sql, parameters),
    /** Publishes records as a gateway does; with an id of its own each time, so that JetStream keeps every one. */
    publish: (gatewayEpoch: string, ...records: RequestRecord[]) =>
      messaging.publish(usageRequestCompleted, { gatewayEpoch, records }, { id: randomUUID() }),
    /** Announces charges as billing does. */
    confirm: (...batchIds: string[]) =>
      messaging.publish(billingChargePosted, { batchIds }, { id: randomUUID() }),
    /** The same, with what could not be charged. */
    confirmWith: (
      overruns: { requestId: string; overrunNanoUsd: string }[],
      ...batchIds: string[]
    ) => messaging.publish(billingChargePosted, { batchIds, overruns }, { id: randomUUID() }),
    /** Resolves when the ledger has announced this watermark. */
    watermarkAt: (gatewayEpoch: string, sequence: number) =>
      eventually(() => {
        const watermark = heard.watermarks.get(gatewayEpoch);
        if (watermark !== sequence) throw new Error(`the watermark is at ${watermark}`);
      }),
    close: async () => {
      client.close();
      await outside.close();
      await service.close();
      if (shared.nats === undefined) await nats.stop();
    },
  };
}

function listen(messaging: OutsideMessaging['messaging']): Heard {
  const heard: Heard = { batches: [], watermarks: new Map() };
  messaging.subscribeLatest(usageLedgerRequestRecorded, {
    handle: (batch) => heard.batches.push(batch),
  });
  messaging.subscribeLatest(usageLedgerWatermarkAdvanced, {
    handle: ({ epochs }) => {
      for (const { gatewayEpoch, settledSequence } of epochs) {
        heard.watermarks.set(gatewayEpoch, settledSequence);
      }
    },
  });
  return heard;
}
