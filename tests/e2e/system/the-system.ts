import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { clearSandbox } from '../gateway-api.js';

export const gateways = 4;

/**
 * The one system that all of these ask, one after the other, each with an account of its own. Each test finds a
 * sandbox without requests and faults, and nothing is killed.
 */
export let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    args: ['--gateways', String(gateways)],
    // Longer than any wait in these tests: nothing goes back because its time is over.
    env: { ALLOWANCE_LIFETIME_MS: '1800000' },
  });
});
afterAll(() => stack?.stop());
beforeEach(() => clearSandbox(stack));
