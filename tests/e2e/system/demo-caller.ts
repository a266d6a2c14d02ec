import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import { type Credits, getJson, type UsageItem } from '../gateway-api.js';
import { stack } from './the-system.js';

/** The official SDK with the key of the account that every system begins with. */
export const demoClient = (): OpenAI =>
  new OpenAI({ baseURL: `${stack.gateway}/v1`, apiKey: stack.apiKey, maxRetries: 0 });

export const credits = (): Promise<Credits> => getJson<Credits>(stack, '/v1/credits');

export const usageOf = (id: string): Promise<UsageItem> =>
  eventually(() => getJson<UsageItem>(stack, `/v1/usage/${id}`));

/** One request, streamed or not: its id, text and the usage that the caller saw. */
export async function ask(model: string, streamed: boolean, content: string) {
  const body = { model, messages: [{ role: 'user' as const, content }] };
  if (!streamed) {
    const { data, response } = await demoClient().chat.completions.create(body).withResponse();
    return {
      id: response.headers.get('x-request-id') ?? '',
      text: data.choices[0]?.message.content ?? '',
      finish: data.choices[0]?.finish_reason,
      usage: data.usage,
    };
  }
  const { data, response } = await demoClient()
    .chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let text = '';
  let finish: string | null | undefined;
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of data) {
    text += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return { id: response.headers.get('x-request-id') ?? '', text, finish, usage };
}
