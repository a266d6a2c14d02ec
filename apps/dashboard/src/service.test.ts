import { Server, ServerCredentials, status, type handleUnaryCall } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthServiceService,
  WebhookOutcome,
  type ApplyClerkWebhookRequest,
  type ReportLeakedKeysRequest,
} from '@modelbridge/contracts/auth.v1';
import { ConfigError } from '@modelbridge/service-kit/config';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { startTestService, testCertificates, type TestService } from '@modelbridge/testing-kit';
import { readFileSync } from 'node:fs';
import { readConfig } from './config.js';
import { dashboardService } from './service.js';
import { webhookBodyBytes } from './webhooks/bounds.js';

/** An auth that answers webhooks as the test wants. */
class StubAuth {
  readonly taken: ApplyClerkWebhookRequest[] = [];
  readonly alerts: ReportLeakedKeysRequest[] = [];
  answer: status = status.OK;
  private readonly server = new Server();

  async start(tls: { TLS_CA_FILE: string; TLS_CERT_FILE: string; TLS_KEY_FILE: string }) {
    const apply: handleUnaryCall<ApplyClerkWebhookRequest, object> = ({ request }, callback) => {
      this.taken.push(request);
      if (this.answer === status.OK) callback(null, { outcome: WebhookOutcome.APPLIED });
      else callback({ code: this.answer });
    };
    const report: handleUnaryCall<ReportLeakedKeysRequest, object> = ({ request }, callback) => {
      this.alerts.push(request);
      const findings = ['aa', 'bb'].map((tokenSha256) => ({
        tokenSha256,
        tokenType: 't',
        isKey: tokenSha256 === 'aa',
      }));
      if (this.answer === status.OK) callback(null, { findings });
      else callback({ code: this.answer });
    };
    const { applyClerkWebhook, reportLeakedKeys } = AuthServiceService;
    this.server.addService(
      { applyClerkWebhook, reportLeakedKeys },
      { applyClerkWebhook: apply, reportLeakedKeys: report },
    );
    const [ca, cert, key] = [tls.TLS_CA_FILE, tls.TLS_CERT_FILE, tls.TLS_KEY_FILE].map((file) =>
      readFileSync(file),
    );
    const pair = { cert_chain: cert as Buffer, private_key: key as Buffer };
    const credentials = ServerCredentials.createSsl(ca as Buffer, [pair], true);
    return new Promise<string>((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

let auth: StubAuth;
let service: TestService<RunningService>;
beforeAll(async () => {
  const certificates = await testCertificates('dashboard', 'auth', 'test');
  auth = new StubAuth();
  const tls = certificates['auth'];
  if (tls === undefined) throw new Error('no certificate');
  service = await startTestService({
    start: createService,
    name: 'dashboard',
    options: (env) => dashboardService(readConfig(env)),
    certificates,
    env: { AUTH_GRPC: await auth.start(tls) },
  });
});
afterAll(async () => {
  await service.close();
  auth.stop();
});

describe('dashboard', () => {
  it('is ready, and its page may load nothing from elsewhere', async () => {
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
    const page = await fetch(service.httpUrl);
    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('does not start without what it needs, and names it', () => {
    expect(() => readConfig({})).toThrow(ConfigError);
    expect(() => readConfig({})).toThrow(/HTTP_PORT is missing/);
    expect(() => readConfig({})).toThrow(/AUTH_GRPC is missing/);
  });
});

describe('an alert of GitHub', () => {
  const body = '[ {"token":"mb_live_x", "type":"t"} ]';
  const send = (): Promise<Response> =>
    fetch(`${service.httpUrl}/webhooks/github-secret-scanning`, {
      method: 'POST',
      headers: {
        'github-public-key-identifier': 'current',
        'github-public-key-signature': 'MEU=',
        'content-type': 'application/json',
      },
      body,
    });

  it('reaches auth byte for byte, and is answered with what each token is', async () => {
    auth.answer = status.OK;
    const reply = await send();
    expect(auth.alerts.at(-1)).toEqual({
      body: Buffer.from(body),
      publicKeyIdentifier: 'current',
      publicKeySignature: 'MEU=',
    });
    expect([reply.status, await reply.json()]).toEqual([
      200,
      [
        { token_hash: 'aa', token_type: 't', label: 'true_positive' },
        { token_hash: 'bb', token_type: 't', label: 'false_positive' },
      ],
    ]);
  });

  it.each([
    [status.UNAUTHENTICATED, 401],
    [status.INVALID_ARGUMENT, 400],
    [status.UNAVAILABLE, 503],
  ])('that auth answers with %d is %d', async (answer, expected) => {
    auth.answer = answer;
    expect((await send()).status).toBe(expected);
  });
});

describe('a webhook of Clerk', () => {
  // Not what JSON.stringify would write: a body that is parsed and written again is another.
  const body = '{ "type":"user.created",\n "data": {"id":"user_1", "n": 1.0} }';
  const headers = { 'svix-id': 'msg_1', 'svix-timestamp': '1', 'svix-signature': 'v1,x v1,y' };
  const send = (text: string, type = 'application/json'): Promise<Response> =>
    fetch(`${service.httpUrl}/webhooks/clerk`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: text,
    });

  it.each(['application/json', 'text/plain'])('reaches auth byte for byte as %s', async (type) => {
    auth.answer = status.OK;
    expect((await send(body, type)).status).toBe(204);
    expect(auth.taken.at(-1)).toEqual({
      body: Buffer.from(body),
      svixId: 'msg_1',
      svixTimestamp: '1',
      svixSignature: 'v1,x v1,y',
    });
  });

  it.each([
    ['that is not genuine', status.UNAUTHENTICATED, 401],
    ['that auth cannot take now', status.UNAVAILABLE, 503],
    ['that auth should see again', status.ABORTED, 503],
    ['at which auth fails', status.INTERNAL, 503],
  ])('%s', async (_, answer, expected) => {
    auth.answer = answer;
    expect((await send(body)).status).toBe(expected);
  });

  it('that is too large is refused before auth sees it', async () => {
    const seen = auth.taken.length;
    expect((await send('x'.repeat(webhookBodyBytes + 1))).status).toBe(413);
    expect(auth.taken).toHaveLength(seen);
  });
});
