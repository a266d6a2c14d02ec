import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { Logger } from './logger.js';

const key = 'mb_live_2Zk8pQ_s3cr3tS3cr3tS3cr3tS3cr3tChecks';
const secretPart = 's3cr3tS3cr3tS3cr3tS3cr3tChecks';

function logged(write: (logger: Logger) => void): { line: string; entry: Record<string, unknown> } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(Logger.create({ service: 'auth', destination }));
  const line = lines.join('');
  return { line, entry: JSON.parse(line) as Record<string, unknown> };
}

describe('Logger', () => {
  it('writes one JSON line with service, level and time', () => {
    const { line, entry } = logged((logger) => logger.info({ requestId: 'req_1' }, 'served'));
    expect(entry).toMatchObject({
      service: 'auth',
      level: 'info',
      msg: 'served',
      requestId: 'req_1',
    });
    expect(Date.parse(String(entry['time']))).not.toBeNaN();
    expect(line.match(/\n/g)).toHaveLength(1);
  });

  it('shows an ordinary field as it is', () => {
    const { entry } = logged((logger) => logger.info({ inputTokens: 12, costNanoUsd: 5n }, 'used'));
    expect(entry).toMatchObject({ inputTokens: 12, costNanoUsd: '5' });
  });

  const ways: [string, (logger: Logger) => void][] = [
    ['the message', (logger) => logger.info(`refused ${key}`)],
    ['a field', (logger) => logger.info({ note: key }, 'refused')],
    ['a nested field', (logger) => logger.info({ a: { b: [{ c: key }] } }, 'refused')],
    ['a field of a child', (logger) => logger.child({ note: key }).info('refused')],
    ['an error', (logger) => logger.error({ err: new Error(`bad key ${key}`) }, 'refused')],
    [
      'the cause of an error',
      (logger) =>
        logger.error({ err: new Error('outer', { cause: new Error(`inner ${key}`) }) }, 'refused'),
    ],
  ];
  it.each(ways)(
    'cuts the secret of an API key out of %s and keeps its public id',
    (_way, write) => {
      const { line } = logged(write);
      expect(line).not.toContain(secretPart);
      expect(line).toContain('mb_live_2Zk8pQ_[redacted]');
    },
  );

  it('cuts out credentials of other kinds', () => {
    const secrets = [
      'Bearer abcdef123456',
      'sk-ant-REDACTED',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
      'postgres://user:hunter22@db/auth',
    ];
    const { line } = logged((logger) => logger.info({ note: secrets.join(' ') }, 'refused'));
    for (const part of ['abcdef123456', 'abcdefghijkl', 'eyJzdWIiOiIxIn0', 'hunter22']) {
      expect(line).not.toContain(part);
    }
  });

  it('leaves out fields that are secrets or content by their name', () => {
    const { line } = logged((logger) =>
      logger.info(
        {
          authorization: 'hidden',
          cookie: 'hidden',
          'x-api-key': 'hidden',
          apiKey: 'hidden',
          prompt: 'hidden',
          request: { headers: { host: 'hidden' }, body: 'hidden', messages: ['hidden'] },
        },
        'served',
      ),
    );
    expect(line).not.toContain('hidden');
  });

  it('says nothing of the parameters and details of a failed query', () => {
    const driverError = Object.assign(new Error('duplicate key value violates "account_email"'), {
      code: '23505',
      detail: 'Key (email)=(hidden@example.com) already exists.',
    });
    const err = new QueryFailedError('insert …', ['hidden@example.com'], driverError);
    const { line, entry } = logged((logger) => logger.error({ err }, 'failed'));
    expect(line).not.toContain('hidden');
    expect(entry['err']).toMatchObject({ type: 'QueryFailedError', code: '23505' });
  });

  it('cuts what is too long or too deep', () => {
    const deep = { a: { b: { c: { d: { e: { f: 'unreachable' } } } } } };
    const { line } = logged((logger) => logger.info({ note: 'x'.repeat(100_000), deep }, 'large'));
    expect(line.length).toBeLessThan(5_000);
    expect(line).not.toContain('unreachable');
  });
});
