import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { routes } from '@modelbridge/dashboard-api';
import * as z from 'zod/mini';
import { ApiClient } from './client.js';

const SESSION = {
  person: { user_id: 'user_ada', name: 'Ada', email: 'ada@example.com' },
  accounts: [{ account_id: 'acc_1', kind: 'personal', name: 'Ada', role: 'owner' }],
  proved_at: '2026-11-30T10:00:00.000Z',
  api_origin: 'https://api.example.com',
  csrf_token: 'token-1',
};

const { read, write } = routes({
  read: { method: 'GET', path: '/bff/things', response: z.object({ n: z.number() }) },
  write: {
    method: 'POST',
    path: '/bff/things/:thing_id',
    params: z.object({ thing_id: z.string() }),
    body: z.object({ name: z.string() }),
  },
});

const CHANGE = { params: { thing_id: 't1' }, body: { name: 'x' } };

interface Request {
  readonly asked: string;
  readonly token: string | null;
  readonly body: unknown;
}

/** A server that answers one after another; what it was asked is kept. */
function server() {
  const requests: Request[] = [];
  const answers: (Response | Error)[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const { body, method = 'GET' } = init;
    requests.push({
      asked: `${method} ${url}`,
      token: new Headers(init.headers).get('x-csrf-token'),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    const answer = answers.shift() ?? new Error('Asked once too often.');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { requests, answers, fetch };
}

function refusal(status: number, code: string): Response {
  const error = { code, message: 'No.', field: 'name', request_id: 'req_1' };
  return Response.json({ error }, { status });
}

describe('a call along a route', () => {
  const signIn = jest.fn();
  const startOver = jest.fn();
  let served: ReturnType<typeof server>;
  let client: ApiClient;

  beforeEach(() => {
    signIn.mockClear();
    startOver.mockClear();
    served = server();
    client = new ApiClient({ fetch: served.fetch, signIn, startOver });
  });

  test('reads without a token and writes with the one of the session', async () => {
    served.answers.push(Response.json(SESSION), Response.json({ n: 3 }));
    await client.session();
    expect(await client.call(read)).toEqual({ n: 3 });
    served.answers.push(new Response(null, { status: 204 }));
    expect(await client.call(write, CHANGE)).toBeUndefined();
    expect(served.requests.slice(1)).toEqual([
      { asked: 'GET /bff/things', token: null, body: undefined },
      { asked: 'POST /bff/things/t1', token: 'token-1', body: { name: 'x' } },
    ]);
  });

  test('fails with what the server said: code, field and request id', async () => {
    served.answers.push(refusal(400, 'invalid'));
    await expect(client.call(read)).rejects.toMatchObject({
      message: 'No.',
      isPassing: false,
      details: { status: 400, code: 'invalid', field: 'name', requestId: 'req_1' },
    });
  });

  test('fails where the answer is not of the shape that both sides agreed on', async () => {
    served.answers.push(Response.json({ n: 'three' }));
    await expect(client.call(read)).rejects.toMatchObject({ code: 'unexpected_answer' });
    served.answers.push(new Response('<html>bad gateway</html>', { status: 502 }));
    await expect(client.call(read)).rejects.toMatchObject({ isPassing: true });
  });

  test('says in words that the server could not be reached, not what the browser calls it', async () => {
    served.answers.push(new TypeError('Failed to fetch'));
    await expect(client.call(read)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'The server could not be reached. Check the connection and try again.',
    });
  });

  test('leads to sign-in where the session has ended', async () => {
    served.answers.push(refusal(401, 'signed_out'));
    await expect(client.call(read)).rejects.toMatchObject({ code: 'signed_out' });
    expect(signIn).toHaveBeenCalledTimes(1);
  });

  test('writes again with a new token where the same person has signed in again in another tab', async () => {
    served.answers.push(
      Response.json(SESSION),
      refusal(403, 'csrf_token_invalid'),
      Response.json({ ...SESSION, csrf_token: 'token-2' }),
      new Response(null, { status: 204 }),
    );
    await client.session();
    await client.call(write, CHANGE);
    expect(served.requests.map(({ token }) => token)).toEqual([null, 'token-1', null, 'token-2']);
    expect(startOver).not.toHaveBeenCalled();
  });

  test('writes nothing for another person who has signed in in another tab', async () => {
    const eve = { ...SESSION, person: { ...SESSION.person, user_id: 'user_eve' } };
    served.answers.push(
      Response.json(SESSION),
      refusal(403, 'csrf_token_invalid'),
      Response.json(eve),
    );
    await client.session();
    await expect(client.call(write, CHANGE)).rejects.toMatchObject({ code: 'csrf_token_invalid' });
    expect(startOver).toHaveBeenCalledTimes(1);
    expect(served.requests).toHaveLength(3);
  });

  test('opens an answer that comes bit by bit, with a new token where it needs one', async () => {
    served.answers.push(
      Response.json(SESSION),
      refusal(403, 'csrf_token_invalid'),
      Response.json({ ...SESSION, csrf_token: 'token-2' }),
      new Response('bit by bit'),
      refusal(402, 'insufficient_quota'),
    );
    await client.session();
    const { signal } = new AbortController();
    const opened = await client.open(write, { ...CHANGE, signal });
    expect(await opened.text()).toBe('bit by bit');
    expect(served.requests.at(-1)?.token).toBe('token-2');
    await expect(client.open(write, { ...CHANGE, signal })).rejects.toMatchObject({
      code: 'insufficient_quota',
    });
  });

  test('is not repeated twice for a token that is refused again', async () => {
    served.answers.push(
      Response.json(SESSION),
      refusal(403, 'csrf_token_invalid'),
      Response.json(SESSION),
      refusal(403, 'csrf_token_invalid'),
    );
    await client.session();
    await expect(client.call(write, CHANGE)).rejects.toMatchObject({ code: 'csrf_token_invalid' });
  });
});
