import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lastLines, logFileOf, readableLine, rotateLogs } from './logs.js';

let logs: string;
beforeEach(async () => {
  logs = join(await mkdtemp(join(tmpdir(), 'modelbridge-test-')), 'logs');
});
afterEach(() => rm(join(logs, '..'), { recursive: true, force: true }));

describe('logs', () => {
  it('are kept for this start and the one before', async () => {
    for (const start of ['first', 'second', 'third']) {
      await rotateLogs(logs, ['auth']);
      expect(await readdir(logs)).not.toContain('auth.log');
      await writeFile(logFileOf(logs, 'auth'), start);
    }
    expect(await readFile(logFileOf(logs, 'auth'), 'utf8')).toBe('third');
    expect(await readFile(join(logs, 'auth.previous.log'), 'utf8')).toBe('second');
  });

  it('are shown to people by message, structured or not', async () => {
    await rotateLogs(logs, ['auth']);
    await writeFile(
      logFileOf(logs, 'auth'),
      'old\nplain\n{"level":"fatal","err":{"message":"X is missing","stack":"at y"},"msg":"could not start"}\n',
    );
    expect(await lastLines(logFileOf(logs, 'auth'), 2)).toEqual([
      'plain',
      'could not start: X is missing',
    ]);
    expect(await lastLines(logFileOf(logs, 'none'), 2)).toEqual([]);
    expect(readableLine('{"msg":"up"}')).toBe('up');
  });
});
