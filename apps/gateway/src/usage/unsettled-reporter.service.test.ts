import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ReportUnsettledRequest } from '@modelbridge/contracts/usage_ledger.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import type { Unsettled } from '../spool/spool.js';
import { UnsettledReporter } from './unsettled-reporter.service.js';

describe('the report of unsettled usage', () => {
  let unsettled: Unsettled[];
  let answer: () => Promise<object>;
  let reports: ReportUnsettledRequest[];
  let lines: string[];
  let reporter: UnsettledReporter;

  beforeEach(() => {
    unsettled = [{ epoch: 'e', oldestSequence: 3, lastSequence: 7, oldestAgeMs: 90_000 }];
    answer = () => Promise.resolve({});
    reports = [];
    lines = [];
    reporter = new UnsettledReporter(
      {
        get unsettled() {
          return unsettled;
        },
      },
      {
        reportUnsettled: (request) => {
          reports.push(request);
          return answer();
        },
      },
      Logger.create({ service: 'test', destination: { write: (line) => void lines.push(line) } }),
    );
  });

  it('says of each epoch what waits and for how long, or that nothing does', async () => {
    await reporter.report();
    unsettled = [];
    await reporter.report();
    const waiting = { oldestSequence: 3n, lastSequence: 7n, oldestAgeMs: 90_000n };
    expect(reports).toEqual([{ epochs: [{ gatewayEpoch: 'e', ...waiting }] }, { epochs: [] }]);
  });

  it('does not pile up where usage-ledger takes its time', async () => {
    let release = (_answer: object): void => undefined;
    answer = () => new Promise((resolve) => (release = resolve));
    const first = reporter.report();
    await reporter.report();
    expect(reports).toHaveLength(1);
    release({});
    await first;
    const next = reporter.report();
    expect(reports).toHaveLength(2);
    release({});
    await next;
  });

  it('goes on while it is not heard, and says so once, until it was heard again', async () => {
    const fail = (): Promise<object> => Promise.reject(new Error('away'));
    for (const heard of [fail, fail, () => Promise.resolve({}), fail]) {
      answer = heard;
      await reporter.report();
    }
    expect(reports).toHaveLength(4);
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toContain('unsettled usage could not be reported');
  });
});
