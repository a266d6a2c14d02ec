import { describe, expect, it } from '@jest/globals';
import { TimeoutError } from '@nats-io/nats-core';
import { Refusals } from './refusals.js';

const refused = new TimeoutError();

describe('what JetStream refuses', () => {
  it('is told once it has lasted, until it is done', () => {
    const refusals = new Refusals();
    refusals.failed('publishing to USAGE', refused, 0);
    expect(refusals.lasting(1_000)).toBeUndefined();
    refusals.failed('publishing to USAGE', refused, 2_000);
    expect(refusals.lasting(2_000)?.what).toBe('publishing to USAGE');
    refusals.done('stream USAGE');
    expect(refusals.lasting(2_000)).toBeDefined();
    refusals.done('publishing to USAGE');
    expect(refusals.lasting(2_000)).toBeUndefined();
  });

  it('is forgotten where nobody asks again', () => {
    const refusals = new Refusals();
    refusals.failed('publishing to USAGE', refused, 0);
    expect(refusals.lasting(19_000)).toBeDefined();
    expect(refusals.lasting(21_000)).toBeUndefined();
  });

  it('is nothing that failed for another reason', () => {
    const refusals = new Refusals();
    refusals.failed('publishing to USAGE', new Error('the payload is too large'), 0);
    expect(refusals.lasting(10_000)).toBeUndefined();
  });
});
