import { describe, expect, test } from '@jest/globals';
import { EXAMPLE_TOOLS, noSettings, readSettings, type Settings } from './settings.js';

const read = (part: Partial<Settings>) => readSettings({ ...noSettings, ...part });

describe('the settings', () => {
  test('say nothing where nothing is filled in', () => {
    expect(read({})).toEqual({ parameters: {} });
  });

  test('are members of a request', () => {
    const { parameters } = read({
      temperature: ' 0.7 ',
      topP: '1',
      mostTokens: '100',
      effort: 'low',
      tools: EXAMPLE_TOOLS,
      isNeverStored: true,
    });
    expect(parameters).toEqual({
      temperature: 0.7,
      top_p: 1,
      max_completion_tokens: 100,
      reasoning_effort: 'low',
      tools: JSON.parse(EXAMPLE_TOOLS) as unknown,
      store: false,
    });
  });

  test.each<[Partial<Settings>, keyof Settings]>([
    [{ temperature: '3' }, 'temperature'],
    [{ temperature: 'NaN' }, 'temperature'],
    [{ topP: '-0.1' }, 'topP'],
    [{ mostTokens: '0' }, 'mostTokens'],
    [{ mostTokens: '1.5' }, 'mostTokens'],
    [{ tools: '[{' }, 'tools'],
    [{ tools: '{}' }, 'tools'],
    [{ tools: '[{"type":"function"}]' }, 'tools'],
  ])('of %p say which is wrong', (part, field) => {
    expect(Object.keys(read(part).errors ?? {})).toEqual([field]);
  });
});
