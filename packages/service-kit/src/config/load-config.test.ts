import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config.js';
import { httpConfig, natsConfig } from './shapes.js';

const schema = z.object({ ...httpConfig, ...natsConfig, API_SECRET: z.string().min(8) });
const valid = {
  HTTP_PORT: '4000',
  NATS_URL: 'nats://user:hidden@127.0.0.1:4222',
  API_SECRET: 'long enough',
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const fileWith = (text: string): string => {
    const path = join(directory, String(Math.random()));
    writeFileSync(path, text);
    return path;
  };

  it('parses what is there and fills in defaults', () => {
    const filled = { ...valid, HTTP_PORT: 4000, HOST: '127.0.0.1', JETSTREAM_ROOM_LOW: 1024 ** 3 };
    expect(loadConfig(schema, valid)).toMatchObject(filled);
  });

  it('names a missing secret and how to give it', () => {
    expect(problemsOf({ ...valid, API_SECRET: undefined })).toEqual([
      'API_SECRET is missing: set API_SECRET, or API_SECRET_FILE to a file that holds it',
    ]);
  });

  it('takes an empty secret for an error, and blanks for empty', () => {
    for (const empty of ['', '  ']) {
      expect(problemsOf({ ...valid, API_SECRET: empty })).toEqual([
        'API_SECRET is empty: give it a value, or unset it where it is optional',
      ]);
    }
  });

  it('reads a secret from a file and drops the line break at its end', () => {
    const config = loadConfig(schema, {
      ...valid,
      API_SECRET: undefined,
      API_SECRET_FILE: fileWith('from a file\n'),
    });
    expect(config.API_SECRET).toBe('from a file');
  });

  it('refuses a file that is missing or empty, and a secret that is given twice', () => {
    const withFile = (path: string): readonly string[] =>
      problemsOf({ ...valid, API_SECRET: undefined, API_SECRET_FILE: path });
    expect(withFile('/nowhere')[0]).toMatch(/^API_SECRET_FILE cannot be read/);
    expect(withFile(fileWith('\n'))[0]).toMatch(/^API_SECRET_FILE names an empty file/);
    expect(problemsOf({ ...valid, API_SECRET_FILE: '/nowhere' })).toEqual([
      'API_SECRET and API_SECRET_FILE are both set: keep one',
    ]);
  });

  it('lists every bad variable at once, and quotes no value', () => {
    const problems = problemsOf({ HTTP_PORT: 'hidden', NATS_URL: 'hidden', API_SECRET: 'hidden' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'HTTP_PORT',
      'NATS_URL',
      'API_SECRET',
    ]);
    expect(problems.join()).not.toContain('hidden');
  });
});
