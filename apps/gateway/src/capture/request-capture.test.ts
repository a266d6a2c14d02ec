import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import type { CatalogModel } from '../catalog/routing-table.js';
import { captureBounds } from './bounds.js';
import { CaptureMemory } from './capture-memory.js';
import { RequestCapture, type CapturedRequest } from './request-capture.js';
import type { StoredModel } from './stored-model.js';

const total = 900_000;
const model = { id: 'm', contentPolicy: 'sealed_30_days' } as StoredModel;

function capture(memory: CaptureMemory, given: Partial<CapturedRequest> = {}): RequestCapture {
  const body = given.body ?? (() => Buffer.from('{}'));
  return new RequestCapture(
    {
      owner: { accountId: 'a', keyId: 'k' },
      binding: {
        accountId: newId('account'),
        userId: newId('user'),
        requestId: newId('request'),
      },
      model,
      request: { method: 'POST', path: '/', headers: {} },
      bodyBytes: 2,
      isBodyOwn: false,
      ip: '',
      userAgent: null,
      startedAt: 0,
      api: 'messages',
      called: () => undefined,
      ...given,
      body,
    },
    memory,
  );
}

describe('the capture of a request', () => {
  it('cannot be begun for a model whose content is never stored', () => {
    const never = { id: 'm', contentPolicy: 'never' } as CatalogModel;
    // @ts-expect-error: what tells stored models apart is their type
    expect(() => capture(new CaptureMemory(total), { model: never })).not.toThrow();
  });

  it('holds what it has of the reply, and hands it on', () => {
    const memory = new CaptureMemory(total);
    const captured = capture(memory);
    captured.head(200, ['content-type', 'text/event-stream', 'set-cookie', 'x']);
    for (let piece = 0; piece < 100; piece += 1) captured.bytes(Buffer.alloc(100));
    const ended = captured.end(true);
    expect(ended).toMatchObject({ rawBytes: 10_002, content: { reply: { status: 200 } } });
    expect(ended).toMatchObject({
      heldBytes: memory.heldBytes,
      content: { reply: { headers: { 'content-type': 'text/event-stream' } } },
    });
    expect(memory.heldBytes).toBeGreaterThanOrEqual(10_002);
    expect(memory.heldBytes).toBeLessThan(3 * 10_002);
  });

  it('holds nothing once there is no room for it, of its key alone', () => {
    const memory = new CaptureMemory(total);
    const greedy = Array.from({ length: 10 }, () => capture(memory));
    for (const captured of greedy) captured.bytes(Buffer.alloc(50_000));
    const outcomes = greedy.map((captured) => captured.end(true));
    expect(outcomes.filter((outcome) => outcome === 'memory').length).toBeGreaterThan(2);
    const other = capture(memory, { owner: { accountId: 'b', keyId: 'k2' } });
    other.bytes(Buffer.alloc(50_000));
    expect(other.end(true)).toMatchObject({ rawBytes: 50_002 });
  });

  it('holds nothing of what is too large, before it has come whole', () => {
    const memory = new CaptureMemory(1e9);
    const large = capture(memory, { bodyBytes: captureBounds.maxContentBytes + 1 });
    expect(large.end(true)).toBe('too_large');
    const growing = capture(memory);
    growing.bytes(Buffer.alloc(captureBounds.maxContentBytes - 2));
    expect(memory.heldBytes).toBeGreaterThan(0);
    growing.bytes(Buffer.alloc(1));
    expect(memory.heldBytes).toBe(0);
    expect(growing.end(true)).toBe('too_large');
  });

  it('keeps nothing of a body that is not here any more', () => {
    const memory = new CaptureMemory(total);
    for (const gone of [undefined, Buffer.alloc(0)]) {
      const captured = capture(memory, { body: () => gone });
      captured.bytes(Buffer.alloc(10));
      expect(captured.end(true)).toBe('body_gone');
    }
    expect(memory.heldBytes).toBe(0);
  });
});
