import { readFile } from 'node:fs/promises';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  patienceMs,
  startTestService,
  testCertificates,
  type TestService,
} from '@modelbridge/testing-kit';
import { NestFactory } from '@nestjs/core';
import { ConfigError } from '../config/load-config.js';
import type { TlsFiles } from '../config/shapes.js';
import { createService, type RunningService } from '../process/create-service.js';
import { echoCallers, EchoServiceClient, echoOptions } from '../testing/echo-service.js';
import { hangBounds } from './hang-breaker.js';
import { clientToken, grpcClient, type PromisifiedClient } from './grpc-client.js';
import { rpcErrorFrom } from './rpc-error.js';

const patient = { timeoutMs: patienceMs };

describe('gRPC over mTLS', () => {
  let service: TestService<RunningService>;
  let client: PromisifiedClient<EchoServiceClient>;

  beforeAll(async () => {
    service = await startTestService({
      start: createService,
      name: 'echo',
      callers: echoCallers,
      options: echoOptions,
    });
    client = grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf(), patient);
  });
  afterAll(async () => {
    client.close();
    await service.close();
  });

  const failure = async (call: Promise<unknown>): Promise<ServiceError> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error('the call succeeded');
    return error as ServiceError;
  };
  const echoAs = async (tls: TlsFiles): Promise<ServiceError> => {
    const other = grpcClient(EchoServiceClient, service.grpcTarget, tls, patient);
    const error = await failure(other.echo({ text: 'a' }));
    other.close();
    return error;
  };

  it('answers a caller with a certificate of its authority', async () => {
    expect(await client.echo({ text: 'hello' })).toEqual({ text: 'hello' });
  });

  it('tells with its answer what time it is', async () => {
    const told: { serverMs: number; tookMs: number }[] = [];
    const asking = grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf(), {
      ...patient,
      onServerTime: (serverMs, tookMs) => told.push({ serverMs, tookMs }),
    });
    const before = Date.now();
    await asking.echo({ text: 'pause 20' });
    asking.close();
    expect(told).toHaveLength(1);
    expect(told[0]?.serverMs).toBeGreaterThanOrEqual(before);
    expect(told[0]?.serverMs).toBeLessThanOrEqual(Date.now());
    expect(told[0]?.tookMs).toBeGreaterThan(10);
  });

  it('ends with the application that provides it', async () => {
    const Echo = clientToken<EchoServiceClient>('Echo');
    const useFactory = () => grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf());
    const application = await NestFactory.createApplicationContext(
      { module: class {}, providers: [{ provide: Echo, useFactory }] },
      { logger: false },
    );
    const provided = application.get<PromisifiedClient<EchoServiceClient>>(Echo);
    expect(await provided.echo({ text: 'hello' })).toEqual({ text: 'hello' });
    await application.close();
    await expect(provided.echo({ text: 'hello' })).rejects.toThrow('Channel has been shut down');
  });

  it('streams answers', async () => {
    const answers: unknown[] = [];
    for await (const answer of client.repeat({ text: 'a' })) answers.push(answer);
    expect(answers).toEqual([{ text: 'a' }, { text: 'a' }, { text: 'a' }]);
  });

  it('refuses a caller of another authority, from either side', async () => {
    const { stranger } = await testCertificates('stranger');
    expect((await echoAs(stranger)).code).toBe(status.UNAVAILABLE);
    const own = service.tlsOf();
    const trusting = { ...stranger, TLS_CA_FILE: own.TLS_CA_FILE };
    expect((await echoAs(trusting)).code).toBe(status.UNAVAILABLE);
    const untrusting = { ...own, TLS_CA_FILE: stranger.TLS_CA_FILE };
    expect((await echoAs(untrusting)).code).toBe(status.UNAVAILABLE);
  });

  it('speaks only to the server whose name it is given, whatever the address', async () => {
    const speakingTo = async (serverName: string) => {
      const other = grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf(), {
        serverName,
      });
      return other.echo({ text: 'a' }).finally(() => other.close());
    };
    expect(await speakingTo('echo')).toEqual({ text: 'a' });
    const error = await failure(speakingTo('auth'));
    expect(error.code).toBe(status.UNAVAILABLE);
    expect(error.details).toMatch(/does not match certificate/);
  });

  it('refuses a caller without a certificate, and one without TLS', async () => {
    const ca = await readFile(service.tlsOf().TLS_CA_FILE);
    for (const anonymous of [credentials.createSsl(ca), credentials.createInsecure()]) {
      const raw = new EchoServiceClient(service.grpcTarget, anonymous, {
        'grpc.ssl_target_name_override': 'localhost',
      });
      const error = await failure(
        new Promise((resolve, reject) => {
          raw.echo({ text: 'a' }, (reason, answer) =>
            reason === null ? resolve(answer) : reject(reason),
          );
        }),
      );
      expect(error.code).toBe(status.UNAVAILABLE);
      raw.close();
    }
  });

  it('does not start without certificates, and says which', async () => {
    const env = { HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'silent' };
    expect(() => echoOptions(env)).toThrow(/TLS_CA_FILE is missing/);
    const unreadable = { ...env, ...service.tlsOf(), TLS_KEY_FILE: '/nowhere' };
    const attempt = createService(echoOptions(unreadable));
    await expect(attempt).rejects.toThrow(ConfigError);
    await expect(attempt).rejects.toThrow(/TLS_KEY_FILE cannot be read/);
  });

  it('does not start with the key of another certificate, or with none, and says which', async () => {
    const { other } = await testCertificates('other');
    const env = { HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'silent', ...service.tlsOf() };
    const startedWith = (files: Partial<TlsFiles>): Promise<unknown> =>
      createService(echoOptions({ ...env, ...files }));
    await expect(startedWith({ TLS_KEY_FILE: other.TLS_KEY_FILE })).rejects.toThrow(
      `TLS_KEY_FILE is not the key of TLS_CERT_FILE: ${other.TLS_KEY_FILE} and ${env.TLS_CERT_FILE}`,
    );
    await expect(startedWith({ TLS_KEY_FILE: env.TLS_CERT_FILE })).rejects.toThrow(
      'TLS_KEY_FILE holds no private key',
    );
    await expect(startedWith({ TLS_CERT_FILE: other.TLS_KEY_FILE })).rejects.toThrow(
      'TLS_CERT_FILE holds no certificate',
    );
  });

  it('refuses a caller that the method does not list, before it reads what is asked', async () => {
    const reader = grpcClient(
      EchoServiceClient,
      service.grpcTarget,
      service.tlsOf('reader'),
      patient,
    );
    const answers: unknown[] = [];
    for await (const answer of reader.repeat({ text: 'a' })) answers.push(answer);
    expect(answers).toHaveLength(3);
    const error = await failure(reader.echo({ text: 'broken' }));
    reader.close();
    expect(rpcErrorFrom(error)?.code).toBe('permission_denied');
    expect(error.details).toBe('reader may not call /test.v1.EchoService/Echo');
    const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/rpc_server_denied_total\{caller="reader",method=".*Echo".*\} 1/);
  });

  it('carries the code, message and field of an error to the caller', async () => {
    const error = await failure(client.echo({ text: 'missing' }));
    expect(rpcErrorFrom(error)).toEqual({
      code: 'not_found',
      message: 'no such text',
      field: 'text',
      grpcStatus: status.NOT_FOUND,
    });
  });

  it('says nothing of an error that was not meant for callers', async () => {
    const error = await failure(client.echo({ text: 'broken' }));
    expect(rpcErrorFrom(error)).toEqual({
      code: 'internal',
      message: 'internal error',
      grpcStatus: status.INTERNAL,
    });
    expect(JSON.stringify(error) + error.message).not.toContain('secret');
  });

  it('is unavailable while the database is, and says no more of it', async () => {
    const error = await failure(client.echo({ text: 'no database' }));
    expect(rpcErrorFrom(error)).toEqual({
      code: 'unavailable',
      message: 'the database cannot be reached',
      grpcStatus: status.UNAVAILABLE,
    });
    expect(JSON.stringify(error) + error.message).not.toContain('secret');
    const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/rpc_server_duration_seconds_count\{[^}]*code="UNAVAILABLE"[^}]*\} 1/);
  });

  it('gives up at the deadline', async () => {
    const error = await failure(client.echo({ text: 'pause 500' }, { timeoutMs: 50 }));
    expect(rpcErrorFrom(error)?.code).toBe('deadline_exceeded');
  });

  it('fails at once while the service hangs, and is answered again by one that tries it', async () => {
    const own = grpcClient(EchoServiceClient, service.grpcTarget, service.tlsOf(), patient);
    await own.echo({ text: 'connected' });
    const { hangMs, pauseMs } = hangBounds;
    const hang = (): Promise<ServiceError> => failure(own.echo({ text: 'pause 5000' }, short));
    const short = { timeoutMs: 50 };
    try {
      Object.assign(hangBounds, { hangMs: 10, pauseMs: 0 });
      expect(rpcErrorFrom(await hang())?.code).toBe('deadline_exceeded');
      expect(await own.echo({ text: 'back' })).toEqual({ text: 'back' });
      hangBounds.pauseMs = 60_000;
      expect(rpcErrorFrom(await hang())?.code).toBe('deadline_exceeded');
      expect(own.pausedMs()).toBeGreaterThan(0);
      const { details, code } = await failure(own.echo({ text: 'refused' }));
      expect([code, details]).toEqual([status.UNAVAILABLE, 'the service does not answer']);
    } finally {
      Object.assign(hangBounds, { hangMs, pauseMs });
      own.close();
    }
  });

  it('takes errors that are not from gRPC for what they are', () => {
    expect(rpcErrorFrom(new Error('other'))).toBeUndefined();
  });

  it('counts calls by method and status', async () => {
    const response = await fetch(`${service.httpUrl}/metrics`);
    const counts = (await response.text()).split('\n').filter((line) => line.includes('_count'));
    expect(counts.join('\n')).toMatch(
      /rpc_server_duration_seconds_count\{.*method="EchoController\/echo",code="NOT_FOUND"\} 1/,
    );
  });

  it('finishes a running call before it closes, and takes no new ones', async () => {
    const other = await startTestService({
      start: createService,
      name: 'echo',
      options: echoOptions,
    });
    const caller = grpcClient(EchoServiceClient, other.grpcTarget, other.tlsOf(), patient);
    await caller.echo({ text: 'connected' });
    const running = caller.echo({ text: 'pause 300' });
    await caller.echo({ text: 'the pause has been received' });
    const closed = other.close();
    expect(await running).toEqual({ text: 'pause 300' });
    await closed;
    expect((await failure(caller.echo({ text: 'late' }))).code).toBe(status.UNAVAILABLE);
    caller.close();
  });
});
