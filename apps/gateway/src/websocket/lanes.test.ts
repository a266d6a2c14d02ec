import { describe, expect, it } from '@jest/globals';
import { Lanes, type Lane } from './lanes.js';
import { RememberedResponses } from './remembered-responses.js';

const response = (id: string, bytes = 10) => ({ id, items: Buffer.alloc(bytes) });
const memoryOf = (each: number, inAll: number) => new RememberedResponses({ each, inAll });

describe('Lanes', () => {
  it('drops what waits when the connection goes, and remembers nothing after it', async () => {
    const memory = memoryOf(100, 100);
    const seen: string[] = [];
    let end = (): void => undefined;
    let running: Lane | undefined;
    const idle = new Promise<void>((resolve) => {
      const lanes = new Lanes(memory, resolve);
      const turn = (name: string) => ({
        run: (lane: Lane) => {
          seen.push(`run ${name}`);
          running = lane;
          return new Promise<void>((done) => (end = done));
        },
        drop: () => void seen.push(`drop ${name}`),
      });
      lanes.add(undefined, turn('one'));
      lanes.add(undefined, turn('two'));
      lanes.remember(running!, response('resp_1'));
      expect(lanes.find('resp_1')).toBeDefined();
      lanes.close();
      lanes.remember(running!, response('resp_2'));
      expect(lanes.find('resp_1') ?? lanes.find('resp_2')).toBeUndefined();
    });
    end();
    await idle;
    expect(seen).toEqual(['run one', 'drop two']);
    const filling = response('resp_3', 100);
    expect(memory.keep(filling) && memory.has(filling)).toBe(true);
  });
});

describe('RememberedResponses', () => {
  it('forgets the oldest where there is too much, and keeps nothing that is too large', () => {
    const memory = memoryOf(50, 100);
    const [one, two, three] = [response('1', 40), response('2', 40), response('3', 40)];
    for (const each of [one, two, three]) memory.keep(each);
    expect([one, two, three].map((each) => memory.has(each))).toEqual([false, true, true]);
    expect(memory.keep(response('4', 51))).toBe(false);
    memory.forget(two);
    expect(memory.keep(one)).toBe(true);
    expect(memory.has(three)).toBe(true);
  });
});
