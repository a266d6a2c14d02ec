import { describe, expect, it } from '@jest/globals';
import { PrefixCache } from './prefix-cache.js';
import { PrefixScanner } from './prefix-scanner.js';

function steps(text: string, scope = 'model') {
  const scanner = new PrefixScanner(scope, 128);
  scanner.text(text);
  return scanner.steps;
}

const words = (count: number) => ' word'.repeat(count);

describe('PrefixCache', () => {
  it('reads a repeated prompt in whole steps', () => {
    const cache = new PrefixCache(1024);
    expect(cache.readAndRemember(steps(words(2000)))).toBe(0);
    expect(cache.readAndRemember(steps(words(2000)))).toBe(1920);
  });

  it('reads only the part that two prompts share', () => {
    const cache = new PrefixCache(1024);
    cache.readAndRemember(steps(`${words(1300)} one ${words(700)}`));
    expect(cache.readAndRemember(steps(`${words(1300)} two ${words(700)}`))).toBe(1280);
  });

  it('reads nothing below the minimum or for another scope', () => {
    const cache = new PrefixCache(1024);
    cache.readAndRemember(steps(words(1000)));
    expect(cache.readAndRemember(steps(words(1000)))).toBe(0);
    cache.readAndRemember(steps(words(2000)));
    expect(cache.readAndRemember(steps(words(2000), 'another model'))).toBe(0);
  });
});
