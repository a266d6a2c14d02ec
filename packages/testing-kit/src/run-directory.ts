import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads what jest's global set-up has left for the test files. */
export function fromRun(variable: 'MODELBRIDGE_TEST_DIR' | 'MODELBRIDGE_TEST_POSTGRES'): string {
  const value = process.env[variable];
  if (value === undefined) {
    throw new Error(`${variable} is not set: run the tests through the root's jest.config.mjs`);
  }
  return value;
}

/** A directory that goes when the run ends. */
export function temporaryDirectory(purpose: string): Promise<string> {
  return mkdtemp(join(fromRun('MODELBRIDGE_TEST_DIR'), `${purpose}-`));
}
