import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { clearSandbox } from '../gateway-api.js';

/** The one system that all clients ask, one after the other. Each test finds a sandbox without requests and faults. */
export let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());
beforeEach(() => clearSandbox(stack));
