import type { ArgumentsHost } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DatabaseUnavailableError } from '../database/database-unavailable.js';
import { RpcErrorFilter } from './rpc-error.filter.js';
import { RpcError } from './rpc-error.js';

describe('the log of calls that fail', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const failing = (...errors: Error[]): string[] => {
    const lines: string[] = [];
    const error = (...[, line]: [object, string] | [string]): void => void lines.push(line ?? '');
    const filter = new RpcErrorFilter({ error });
    for (const error of errors) filter.catch(error, {} as ArgumentsHost);
    return lines;
  };

  it('has a line for each that no caller caused', () => {
    const lines = failing(
      new Error('a'),
      new RpcError('internal', 'b'),
      new RpcError('aborted', 'c'),
    );
    expect(lines).toEqual(['a call failed', 'a call failed']);
  });

  it('has one line while the database is away, and another if it still is after a while', () => {
    const now = jest.spyOn(performance, 'now');
    for (const ms of [0, 1, 9_999, 10_000, 10_001]) now.mockReturnValueOnce(ms);
    const away = (): Error => new DatabaseUnavailableError(new Error('ECONNREFUSED'));
    const line = 'calls fail: the database cannot be reached';
    expect(failing(away(), away(), away(), away(), away())).toEqual([line, line]);
  });
});
