import Anthropic from '@anthropic-ai/sdk';
import { afterAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { FeatureTable } from '../feature-table.js';
import { connect } from '../sdk-apis.js';
import { stack } from './client-stack.js';

const models = [
  'claude-opus-4-5',
  'claude-opus-4-6',
  'claude-sonnet-4-0',
  'claude-sonnet-4-6',
  'gpt-5.4',
  'gpt-5.3-codex',
  'gpt-5.3-codex-spark',
  'gpt-5.2-codex',
  'kimi-k2.5',
  'minimax-m2.5',
  'minimax-m2.7',
  'glm-5',
];

const table = new FeatureTable();

afterAll(() => table.print());

describe.each(['chat', 'responses', 'messages'])('%s', (apiName) => {
  it.each(models)('does everything with %s', async (model) => {
    const api = connect(stack, { OpenAI, Anthropic })[apiName]!;
    expect(await table.run(`${apiName} ${model}`, { stack, api, model })).toEqual([]);
  });
});
