import Anthropic0 from 'anthropic-sdk-0';
import { afterAll, describe, expect, it } from '@jest/globals';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import OpenAI4 from 'openai-4';
import OpenAI5 from 'openai-5';
import { FeatureTable } from '../feature-table.js';
import { connect, type Sdks } from '../sdk-apis.js';
import { stack } from './client-stack.js';

// What the tests use of the older majors has the same shape as in the current ones.
const OpenAI4Like = OpenAI4 as unknown as typeof OpenAI;
const OpenAI5Like = OpenAI5 as unknown as typeof OpenAI;
const Anthropic0Like = Anthropic0 as unknown as typeof Anthropic;

const callers: [name: string, apis: string[], sdks: Sdks][] = [
  ['openai 4', ['chat', 'responses'], { OpenAI: OpenAI4Like, Anthropic: Anthropic0Like }],
  ['openai 5', ['chat', 'responses'], { OpenAI: OpenAI5Like, Anthropic: Anthropic0Like }],
  ['@anthropic-ai/sdk 0', ['messages'], { OpenAI: OpenAI5Like, Anthropic: Anthropic0Like }],
];
/** One for each kind of upstream: Messages, Responses alone, Responses and chat, chat alone. */
const models = ['claude-sonnet-4-6', 'gpt-5.2-codex', 'gpt-5.4', 'kimi-k2.5'];

const table = new FeatureTable();

afterAll(() => table.print());

describe.each(callers)('%s', (name, apis, sdks) => {
  describe.each(apis)('%s', (apiName) => {
    it.each(models)('does everything with %s', async (model) => {
      const api = connect(stack, sdks)[apiName]!;
      expect(await table.run(`${name}: ${apiName} ${model}`, { stack, api, model })).toEqual([]);
    });
  });
});
