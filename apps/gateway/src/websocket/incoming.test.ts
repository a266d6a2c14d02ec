import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from '../body/body-budget.js';
import { Incoming } from './incoming.js';

describe('Incoming', () => {
  it('counts what has come of a message until it is whole, whatever control frames come between', () => {
    const budget = new BodyBudget(3_000).of({ accountId: 'account', keyId: 'key' });
    const socket = new PassThrough();
    const refused: unknown[] = [];
    const incoming = new Incoming(
      socket,
      budget,
      (error) => refused.push(error),
      () => undefined,
    );
    const come = (bytes: number): boolean => socket.emit('data', Buffer.alloc(bytes));
    const left = (bytes: number): void => {
      expect(() => budget.take(bytes + 1)).toThrow();
      budget.take(bytes);
      budget.release(bytes);
    };
    come(600);
    left(400);
    come(10);
    incoming.control(Buffer.alloc(4));
    left(400);
    come(401);
    expect(refused).toHaveLength(1);
    incoming.whole();
    left(1_000);
    come(6);
    incoming.control(Buffer.alloc(0));
    left(1_000);
  });
});
