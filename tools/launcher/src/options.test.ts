import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseStartOptions } from './options.js';

describe('the options of a start', () => {
  it('have defaults', () => {
    expect(parseStartOptions([])).toEqual({
      portBase: 4000,
      stateDir: resolve('.local'),
      gateways: 1,
    });
  });

  it('are read in both forms', () => {
    expect(parseStartOptions(['--port-base', '5000', '--state=/x/y', '--gateways', '3'])).toEqual({
      portBase: 5000,
      stateDir: '/x/y',
      gateways: 3,
    });
  });

  it.each([
    [['--port-base', '80'], /--port-base must be a whole number from 1024/],
    [['--port-base', '65530'], /--port-base/],
    [['--port-base', '4e3'], /not "4e3"/],
    [['--gateways', '0'], /--gateways must be a whole number from 1 to 16/],
    [['--gateways', '17'], /--gateways/],
    [['--state', ''], /--state must name a directory/],
    [['--prot-base', '4000'], /--prot-base/],
    [['extra'], /extra/],
  ])('are refused when wrong: %j', (args, message) => {
    expect(() => parseStartOptions(args)).toThrow(message);
  });
});
