import { describe, expect, test } from '@jest/globals';
import { modelOf } from '../../catalog/testing/model.js';
import { selectModels } from './select-models.js';

const models = [
  modelOf(
    'alpha',
    { input_pico_usd: '90' },
    { content: 'sealed_30_days', created_at: '2026-01-01T00:00:00Z' },
  ),
  modelOf('beta', { input_pico_usd: '1000' }, { context_window_tokens: 9_000 }),
  modelOf(
    'gamma',
    { input_pico_usd: '20' },
    {
      content: 'sealed_30_days',
      input_modalities: ['text', 'image'],
      aliases: ['gamma-latest'],
      created_at: '2026-06-01T00:00:00Z',
    },
  ),
];
const idsOf = (search: Parameters<typeof selectModels>[1]) =>
  selectModels(models, search).map(({ model_id }) => model_id);

describe('the list of models', () => {
  test('is the catalog where nothing is asked', () => {
    expect(idsOf({})).toEqual(['alpha', 'beta', 'gamma']);
  });

  test('is found by every word, in names and aliases', () => {
    expect(idsOf({ find: 'Latest maker' })).toEqual(['gamma']);
    expect(idsOf({ find: 'latest alpha' })).toEqual([]);
  });

  test('leaves out what stores content, or takes no images', () => {
    expect(idsOf({ never: 1 })).toEqual(['beta']);
    expect(idsOf({ images: 1 })).toEqual(['gamma']);
    expect(idsOf({ images: 1, never: 1 })).toEqual([]);
  });

  test('is in the order of prices as numbers, of contexts, or of age', () => {
    expect(idsOf({ sort: 'input' })).toEqual(['gamma', 'alpha', 'beta']);
    expect(idsOf({ sort: 'context' })).toEqual(['beta', 'alpha', 'gamma']);
    expect(idsOf({ sort: 'newest' })).toEqual(['gamma', 'alpha', 'beta']);
  });
});
