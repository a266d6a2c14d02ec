import { randomUUID } from 'node:crypto';
import { command } from './command.js';
import { fixed, printTable, say } from './figures.js';
import { connectServices, fund, startStack, type Stack } from './stack.js';

const MODELS = [
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'gpt-5.4',
  'gpt-5.3-codex',
  'kimi-k2.5',
  'minimax-m2.5',
  'glm-5',
];
const CAP = 256;

interface Session {
  path: string;
  /** The next turn's body. */
  body(model: string, instructions: string, said: readonly string[]): object;
}

const message = (text: string, i: number) => ({
  role: i % 2 === 0 ? 'user' : 'assistant',
  content: text,
});

const SESSIONS: Readonly<Record<string, Session>> = {
  chat: {
    path: '/v1/chat/completions',
    body: (model, content, said) => ({
      model,
      max_completion_tokens: CAP,
      messages: [{ role: 'system', content }, ...said.map(message)],
    }),
  },
  responses: {
    path: '/v1/responses',
    body: (model, instructions, said) => ({
      model,
      instructions,
      max_output_tokens: CAP,
      input: said.map(message),
    }),
  },
  // As Claude Code sends them: with its changing first line and breakpoints of its own.
  messages: {
    path: '/v1/messages',
    body: (model, text, said) => {
      const cache_control = { type: 'ephemeral' };
      const line = `x-anthropic-billing-header: cch=${randomUUID()};`;
      const system = model.startsWith('claude') ? [] : [{ type: 'text', text: line }];
      const last = { type: 'text', text: said.at(-1), cache_control };
      return {
        model,
        max_tokens: CAP,
        system: [...system, { type: 'text', text, cache_control }],
        messages: [...said.slice(0, -1).map(message), { role: 'user', content: [last] }],
      };
    },
  },
};

interface Usage {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

async function turn(stack: Stack, path: string, body: object, marks: boolean): Promise<Usage> {
  const headers = {
    authorization: `Bearer ${stack.apiKey}`,
    'content-type': 'application/json',
    ...(marks ? {} : { 'x-modelbridge-prompt-cache': 'off' }),
  };
  const url = stack.gateway + path;
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await reply.text();
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${text}`);
  const { usage } = JSON.parse(text) as { usage: Record<string, unknown> };
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'] ?? {};
  const counts = { ...usage, ...details } as Record<string, number | undefined>;
  const read = counts['cached_tokens'] ?? counts['cache_read_input_tokens'] ?? 0;
  const written = counts['cache_write_tokens'] ?? counts['cache_creation_input_tokens'] ?? 0;
  const input = counts['prompt_tokens'] ?? counts['input_tokens'] ?? 0;
  const isApart = 'cache_read_input_tokens' in counts;
  const inputTokens = isApart ? input + read + written : input;
  return { inputTokens, cacheReadTokens: read, cacheWriteTokens: written };
}

export const promptCache = command({
  summary: 'share of the input that prompt caches serve in a session, by API and model',
  options: {
    turns: { default: 20, help: 'turns of a session' },
    tokens: { default: 6_000, help: 'tokens of the instructions' },
    'marks-off': {
      default: false,
      help: 'without the breakpoints that the gateway sets for Claude',
    },
  },
  async run({ turns, tokens, 'marks-off': marksOff }, lifetime) {
    const stack = await startStack(lifetime);
    await fund(connectServices(lifetime, stack), stack.account.accountId);
    const rows: string[][] = [];
    for (const [api, session] of Object.entries(SESSIONS)) {
      for (const model of MODELS) {
        const instructions = `${randomUUID()} ${'word '.repeat((tokens * 4) / 5)}`;
        const said = ['Look at the first file.'];
        const sum: Usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
        for (let i = 0; i < turns; i++) {
          const usage = await turn(
            stack,
            session.path,
            session.body(model, instructions, said),
            !marksOff,
          );
          for (const name of Object.keys(sum) as (keyof Usage)[]) sum[name] += usage[name];
          said.push('It is as it should be. '.repeat(20), `And what of file ${i}?`);
        }
        const share = (part: number) => fixed((100 * part) / sum.inputTokens, 1);
        rows.push([api, model, share(sum.cacheReadTokens), share(sum.cacheWriteTokens)]);
      }
      say(`${api}: done`);
    }
    printTable(`Sessions of ${turns} turns`, ['', 'model', 'read %', 'written %'], rows);
  },
});
