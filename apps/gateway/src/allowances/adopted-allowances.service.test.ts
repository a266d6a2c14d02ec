import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Logger } from '@modelbridge/service-kit/logging';
import { eventually } from '@modelbridge/testing-kit';
import { type Adoption, Spool } from '../spool/spool.js';
import { AdoptedAllowances } from './adopted-allowances.service.js';
import { AllowanceCloser } from './allowance-closer.service.js';
import { BillingOfCloses } from './testing/billing-of-closes.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const openSpool = (): Promise<Spool> =>
  Spool.open({ dir, segmentBytes: 64 * 1024, publish: async () => undefined, priceOf: () => 0n });

describe('AdoptedAllowances', () => {
  it('closes what a dead gateway was granted, also beside one that cannot be closed', async () => {
    const dead = await openSpool();
    const granted = [newId('allowance'), newId('allowance'), newId('allowance')];
    for (const allowanceId of granted) dead.allowanceGranted(allowanceId);
    await dead.close(0);

    const billing = new BillingOfCloses();
    const [broken = '', ...others] = granted;
    billing.failing.set(broken, status.INVALID_ARGUMENT);
    const closer = new AllowanceCloser(
      billing,
      Logger.create({ service: 'test', level: 'silent' }),
    );
    const spool = await openSpool();
    new AdoptedAllowances(spool, closer).onModuleInit();
    const adoptions: Adoption[] = [];
    spool.onAdopted((adoption) => adoptions.push(adoption));
    await spool.start();
    await eventually(() => expect(billing.closed).toHaveLength(2));
    expect(billing.closed).toEqual(
      others.map((allowanceId) =>
        expect.objectContaining({ allowanceId, step: 4_294_967_295, spentNanoUsd: 0n }),
      ),
    );
    closer.stop();
    await spool.close(0);

    // The next to adopt it is left the broken one alone.
    const next = await openSpool();
    next.onAdopted((adoption) => adoptions.push(adoption));
    await next.start();
    expect([...(adoptions.at(-1)?.allowances.keys() ?? [])]).toEqual([broken]);
    await next.close(0);
  });
});
