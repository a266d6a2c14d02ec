import { describe, expect, it } from '@jest/globals';
import { MAX_LOGGED_BODIES_BYTES, MAX_LOGGED_BODY_BYTES, MAX_LOGGED_REQUESTS } from '../bounds.js';
import { RequestLog, type Arrival } from './request-log.js';
import { requestView } from './request-view.js';

function arrival(body = Buffer.from('{}')): Arrival {
  return {
    requestId: 'req_1',
    provider: 'openai',
    region: null,
    model: 'gpt-5.4',
    method: 'POST',
    path: '/openai/v1/chat/completions',
    headers: { authorization: 'Bearer sk-a-long-secret-key-1234', accept: '*/*' },
    body,
    streamed: false,
  };
}

describe('RequestLog', () => {
  it('remembers the last requests only, and pages by sequence number', () => {
    const log = new RequestLog();
    for (let index = 0; index < MAX_LOGGED_REQUESTS + 5; index += 1) log.open(arrival());
    const first = log.list(0, 3).map((entry) => entry.sequence);
    expect(first).toEqual([6, 7, 8]);
    expect(log.list(log.lastSequence - 1, 10)).toHaveLength(1);
    expect(log.list(log.lastSequence, 10)).toEqual([]);
  });

  it('goes on counting after it was cleared', () => {
    const log = new RequestLog();
    log.open(arrival());
    log.clear();
    expect(log.list(0, 10)).toEqual([]);
    expect(log.open(arrival()).sequence).toBe(2);
    expect(log.list(0, 10)).toHaveLength(1);
  });

  it('keeps no body above the limit and drops the oldest when all are too large together', () => {
    const log = new RequestLog();
    expect(log.open(arrival(Buffer.alloc(MAX_LOGGED_BODY_BYTES + 1)))).toMatchObject({
      body: undefined,
      bodyBytes: MAX_LOGGED_BODY_BYTES + 1,
    });
    const body = Buffer.alloc(MAX_LOGGED_BODY_BYTES);
    const fitting = MAX_LOGGED_BODIES_BYTES / MAX_LOGGED_BODY_BYTES;
    for (let index = 0; index < fitting + 2; index += 1) log.open(arrival(body));
    const kept = log.list(1, MAX_LOGGED_REQUESTS).map((entry) => entry.body !== undefined);
    expect(kept.slice(0, 3)).toEqual([false, false, true]);
    expect(kept.filter(Boolean)).toHaveLength(fitting);
  });

  it('shows a key by its last four characters', () => {
    const view = requestView(new RequestLog().open(arrival()));
    expect(view.headers).toEqual({ authorization: 'Bearer ****1234', accept: '*/*' });
    expect(JSON.stringify(view)).not.toContain('secret');
  });
});
