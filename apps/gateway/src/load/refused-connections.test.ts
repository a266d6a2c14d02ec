import { describe, expect, it } from '@jest/globals';
import { RefusedConnections } from './refused-connections.js';

describe('connections on which a request was refused', () => {
  const connection = (name: string, log: string[]) => ({
    _handle: { readStart: () => log.push(`+${name}`), readStop: () => log.push(`-${name}`) },
  });

  it('are read again in the order in which they were refused, a few in each turn', () => {
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const turn = (): number => ends.splice(0).map((end) => end()).length;
    const refused = new RefusedConnections(
      { refusedReadsPerTurn: 2 },
      (then) => void ends.push(then),
    );
    for (const name of ['a', 'b', 'c']) refused.hold(connection(name, log));
    expect(log).toEqual(['-a', '-b', '-c']);
    turn();
    refused.hold(connection('a', log));
    expect(log.slice(3)).toEqual(['+a', '+b', '-a']);
    turn();
    expect(log.slice(6)).toEqual(['+c', '+a']);
    expect(turn()).toBe(0);
    // It was closed.
    refused.hold({ _handle: null });
    refused.hold({});
    expect(turn()).toBe(0);
  });
});
