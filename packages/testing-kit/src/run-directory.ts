import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads what jest's global set-up has left for the test files. */
export function fromRun(variable: 'MODELBRIDGE_TEST_DIR' | 'MODELBRIDGE_TEST_SERVERS'): string {
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

/** Asks the run for one of its servers. */
export async function askRun<T>(what: string, body: object = {}): Promise<T> {
  const response = await fetch(`${fromRun('MODELBRIDGE_TEST_SERVERS')}/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${what}: ${await response.text()}`);
  return (await response.json()) as T;
}
