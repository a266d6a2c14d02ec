import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestService } from '@modelbridge/testing-kit';
import { grpcClient } from '../grpc/grpc-client.js';
import { createService } from '../process/create-service.js';
import { EchoServiceClient, echoOptions } from '../testing/echo-service.js';
import { counted, startParts, type TestParts } from '../testing/parts.js';
import { contextFrom, inSpan, startTracing, traceHeaders } from './tracing.js';

/** Not the zeros of a span that nobody started. */
const realTraceId = /^(?!0{32})[0-9a-f]{32}$/;

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

interface Export {
  resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
}

function spansIn(body: string): ExportedSpan[] {
  const { resourceSpans } = JSON.parse(body) as Export;
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

describe('tracing', () => {
  let collector: Server;
  let parts: TestParts;
  let stopTracing: () => Promise<void>;
  const bodies: string[] = [];

  beforeAll(async () => {
    collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    parts = await startParts();
    stopTracing = startTracing('test', `http://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await parts.close();
    await stopTracing();
    await new Promise((resolve) => collector.close(resolve));
  });

  const traceId = (): string => trace.getActiveSpan()?.spanContext().traceId ?? '';
  const inRoot = <T>(work: () => Promise<T>): Promise<T> =>
    inSpan('root', { kind: SpanKind.INTERNAL }, work);

  it('continues a trace over gRPC', async () => {
    const service = await startTestService({
      start: createService,
      name: 'echo',
      options: echoOptions,
    });
    const client = grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf());
    const [here, there] = await inRoot(async () => {
      const answer = await client.echo({ text: 'which trace' });
      return [traceId(), answer.text];
    });
    expect(here).toMatch(realTraceId);
    expect(there).toBe(here);
    client.close();
    await service.close();
  });

  it('continues a trace from a transaction through the outbox to the consumer', async () => {
    parts.outbox.start();
    let there = '';
    parts.messaging.consume(counted, {
      durable: 'test__traced',
      handle: async () => void (there = traceId()),
    });
    const here = await inRoot(async () => {
      await parts.database.transaction((tx) =>
        parts.outbox.add(tx, counted, { n: 1 }, { id: 'a' }),
      );
      return traceId();
    });
    expect(here).toMatch(realTraceId);
    await eventually(() => expect(there).toBe(here));
  });

  it('exports the name of an error and not what it says', async () => {
    const failing = inSpan(
      'child',
      { kind: SpanKind.INTERNAL, parent: contextFrom(await inRoot(async () => traceHeaders())) },
      () => Promise.reject(new TypeError('a secret prompt')),
    );
    await expect(failing).rejects.toThrow('a secret prompt');
    await stopTracing();
    const exported = bodies.join();
    expect(exported).toContain('TypeError');
    expect(exported).not.toContain('secret prompt');
    const spans = bodies.flatMap(spansIn);
    const child = spans.find(({ name }) => name === 'child');
    const parent = spans.find(({ spanId }) => spanId === child?.parentSpanId);
    expect(parent).toMatchObject({ name: 'root', traceId: child?.traceId });
  });
});
