import { hash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { sampleRecord } from '../testing/sample-records.js';
import { arrivedRecord, sortArrivals } from './recording.js';

const epoch = randomUUID();
const now = new Date();
const monthMs = 31 * 24 * 3_600_000;
const nothingRecorded = new Map<string, string>();

function sort(...records: RequestRecord[]) {
  return sortArrivals(
    records.map((record) => arrivedRecord(epoch, record)),
    nothingRecorded,
    now,
  );
}

function reasonFor(changes: Partial<RequestRecord>): string | undefined {
  return sort(sampleRecord(1, changes)).quarantined[0]?.reason;
}

describe('sorting arrivals', () => {
  it('takes the same record once, whatever the order of its fields', () => {
    const record = sampleRecord(1);
    const reordered = Object.fromEntries(Object.entries(record).reverse()) as RequestRecord;
    const { fresh, duplicates, quarantined } = sort(record, reordered, record);
    expect([fresh.length, duplicates.length, quarantined.length]).toEqual([1, 2, 0]);
  });

  it('keeps the first body under an id and puts every other aside', () => {
    const record = sampleRecord(1);
    const { fresh, quarantined } = sort(record, { ...record, costNanoUsd: '1' });
    expect(fresh[0]?.record).toBe(record);
    expect(quarantined.map(({ reason }) => reason)).toEqual(['other_body']);
  });

  it('notices a change of any single field, and of the epoch', () => {
    const record = sampleRecord(1);
    const hashes = Object.keys(record).map(
      (field) =>
        arrivedRecord(epoch, { ...record, [field]: field === 'requestId' ? record.requestId : 'x' })
          .bodyHash,
    );
    const { bodyHash } = arrivedRecord(epoch, record);
    expect(hashes.filter((hash) => hash === bodyHash)).toHaveLength(1);
    expect(arrivedRecord(randomUUID(), record).bodyHash).not.toBe(bodyHash);
  });

  it('tells tags from others and from none, whatever their order', () => {
    const record = sampleRecord(1);
    const hashOf = (tags?: RequestRecord['tags']) =>
      arrivedRecord(epoch, { ...record, ...(tags && { tags }) }).bodyHash;
    expect(hashOf({ a: '1', b: '2' })).toBe(hashOf({ b: '2', a: '1' }));
    expect(new Set([hashOf(), hashOf({ a: '1' }), hashOf({ a: '2' })]).size).toBe(3);
  });

  it('hashes a record without a field that came later as before: it may be sent again', () => {
    const record = sampleRecord(1);
    const before = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
    const body = JSON.stringify([epoch, ...before.map(([, value]) => value)]);
    expect(arrivedRecord(epoch, record).bodyHash).toBe(hash('sha256', body));
  });

  it('compares with what is recorded', () => {
    const record = sampleRecord(1);
    const recorded = new Map([[uuidOf('request', record.requestId), 'another hash']]);
    const { quarantined } = sortArrivals([arrivedRecord(epoch, record)], recorded, now);
    expect(quarantined[0]?.reason).toBe('other_body');
  });

  const at = (time: number): string => new Date(time).toISOString();
  const timesOf = (startedMs: number, completedMs: number) => {
    const times = { startedAt: at(startedMs), completedAt: at(completedMs) };
    const { fresh, misdated } = sort(sampleRecord(1, times));
    const { startedAt, completedAt } = fresh[0]?.record ?? {};
    return { startedAt, completedAt, misdated: misdated.length };
  };

  it.each([
    ['90 days ahead', 3 * monthMs, 4_000],
    ['six minutes ahead', 6 * 60_000, 4_000],
    ['three years behind', -36 * monthMs, 4_000],
    ['set back in the middle', 3 * monthMs, -3 * monthMs],
  ])('files under its arrival what a clock says that is %s', (_, offMs, tookMs) => {
    const started = now.getTime() + offMs;
    expect(timesOf(started, started + tookMs)).toEqual({
      startedAt: at(now.getTime() - Math.max(tookMs, 0)),
      completedAt: at(now.getTime()),
      misdated: 1,
    });
  });

  it.each([
    ['a year in a spool', -12 * monthMs],
    ['a clock that is a little ahead', 4 * 60_000],
  ])('takes %s at its word', (_, offMs) => {
    const started = now.getTime() + offMs;
    expect(timesOf(started, started + 10)).toEqual({
      startedAt: at(started),
      completedAt: at(started + 10),
      misdated: 0,
    });
  });

  it('refuses what would break the ledger for good', () => {
    expect(reasonFor({ costNanoUsd: '-1' })).toBe('cost_out_of_range');
    expect(reasonFor({ costNanoUsd: '1000000000000001' })).toBe('cost_out_of_range');
    expect(reasonFor({ outputTokens: 1_000_000_001 })).toBe('count_out_of_range');
    expect(reasonFor({ model: 'a\0b' })).toBe('text_with_nul');
    expect(reasonFor({ costNanoUsd: '0', teamId: null, provider: null })).toBeUndefined();
  });
});
