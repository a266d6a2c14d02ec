import { beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry } from '../health/health-registry.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { RoomWatch } from './room-watch.js';

describe('the watch over volumes', () => {
  let room: () => Promise<number | undefined>;
  let lines: { level: string; volume: string; roomBytes: number }[];
  let metrics: Metrics;
  let health: HealthRegistry;
  let watch: RoomWatch;

  beforeEach(() => {
    lines = [];
    const logger = Logger.create({
      service: 'test',
      destination: { write: (line) => void lines.push(JSON.parse(line) as never) },
    });
    metrics = new Metrics('test');
    health = new HealthRegistry();
    watch = new RoomWatch(logger, health, metrics);
    watch.watch({ name: 'disk', room: () => room(), lowBytes: 1_000, leastBytes: 100 });
  });

  async function lookWith(bytes: number | undefined): Promise<Record<string, number>> {
    room = () => Promise.resolve(bytes);
    await watch.look();
    const text = await metrics.registry.metrics();
    const values = text.matchAll(/^(?:room_below|volume_room)\w+\{.*volume="disk".*$/gm);
    return Object.fromEntries(
      [...values].map(([line]) => [
        /watermark="(\w+)"/.exec(line)?.[1] ?? 'bytes',
        Number(line.split(' ').at(-1)),
      ]),
    );
  }

  it('tells in metrics and in the log, once, what falls below each watermark and rises again', async () => {
    expect(await lookWith(1_000)).toEqual({ bytes: 1_000, low: 0, least: 0 });
    expect(await lookWith(999)).toEqual({ bytes: 999, low: 1, least: 0 });
    await lookWith(500);
    expect(await lookWith(99)).toEqual({ bytes: 99, low: 1, least: 1 });
    expect(await lookWith(1_000)).toEqual({ bytes: 1_000, low: 0, least: 0 });
    expect(lines.map(({ level, volume, roomBytes }) => [level, volume, roomBytes])).toEqual([
      ['warn', 'disk', 999],
      ['error', 'disk', 99],
      ['info', 'disk', 1_000],
    ]);
  });

  it('is what makes a process not ready below the second one, and at once', async () => {
    room = () => Promise.resolve(100);
    expect(await health.failing()).toEqual([]);
    room = () => Promise.resolve(99);
    expect(await health.failing()).toEqual(['disk room']);
  });

  it('says nothing of what cannot be measured, which others tell of', async () => {
    await lookWith(500);
    room = () => Promise.reject(new Error('away'));
    await watch.look();
    expect(await health.failing()).toEqual([]);
    expect(await lookWith(undefined)).toMatchObject({ bytes: 500, low: 1 });
  });
});
