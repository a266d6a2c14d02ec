import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { ops } from '../ops.js';
import { captured, StubStack } from './stub-stack.js';

export interface Ran {
  code: number;
  answer: unknown;
}

/**
 * One stack for the tests of a file, each of which finds it without answers and calls; `run` runs a command line of `ops`
 * there.
 */
export function stackOfFile(): {
  stack: StubStack;
  run(this: void, ...args: string[]): Promise<Ran>;
} {
  const stack = new StubStack();
  beforeAll(() => stack.start());
  afterAll(() => stack.close());
  beforeEach(() => {
    stack.answers.clear();
    stack.calls.length = 0;
  });
  const run = async (...args: string[]): Promise<Ran> => {
    const { code, out } = await captured(() => ops(['--state', stack.state, ...args]));
    return { code, answer: JSON.parse(out) };
  };
  return { stack, run };
}

/** The flag that an answer says is wrong. */
export function fieldOf({ answer }: Ran): string | undefined {
  return (answer as { error?: { field: string } }).error?.field;
}
