import { command } from './command.js';
import { longestBlockMs } from './event-loop.js';
import { fixed, printTable, quantile } from './figures.js';
import { connectServices, fund, startStack, type Stack } from './stack.js';

const MIB = 2 ** 20;
const PATH = '/v1/chat/completions';
/** The same request is passed on as it came to one, and translated for the other. */
const MODELS = { native: 'gpt-5.4', translated: 'claude-opus-4-6' } as const;

const text = (content: unknown): string => JSON.stringify([{ role: 'user', content }]);
const memberList = (count: number): string =>
  Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',');

/** A request's members beside its model, of about so many bytes where size is what it is about. */
const KINDS: Readonly<Record<string, (bytes: number) => string>> = {
  newlines: (bytes) => `"messages":${text('\n'.repeat(bytes / 2))}`,
  letters: (bytes) => `"messages":${text('a'.repeat(bytes))}`,
  image: (bytes) => {
    const url = `data:image/png;base64,${'A'.repeat(bytes)}`;
    return `"messages":${text([{ type: 'image_url', image_url: { url } }])}`;
  },
  'one number': (bytes) => `"messages":${text('hi')},"metadata":{"n":${'1'.repeat(bytes)}}`,
  escapes: (bytes) =>
    `"messages":[{"role":"user","content":"${'\\u0041'.repeat(Math.floor(bytes / 6))}"}]`,
  '10,000 messages': () => {
    const turn = (_: unknown, i: number) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: `turn ${i}`,
    });
    return `"messages":${JSON.stringify(Array.from({ length: 9_999 }, turn))}`;
  },
  '99,000 members': () => `"messages":${text('hi')},${memberList(99_000)}`,
};

interface Answer {
  status: number;
  ms: number;
}

async function post(stack: Stack, body: string): Promise<Answer> {
  const begun = performance.now();
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' };
  const reply = await fetch(stack.gateway + PATH, { method: 'POST', headers, body });
  await reply.arrayBuffer();
  return { status: reply.status, ms: performance.now() - begun };
}

async function blocksOf(stack: Stack, body: string, rounds: number): Promise<string[]> {
  const blocks: number[] = [];
  const answers: Answer[] = [];
  for (let i = 0; i < rounds; i++) {
    await longestBlockMs(stack, 'gateway');
    answers.push(await post(stack, body));
    blocks.push(await longestBlockMs(stack, 'gateway'));
  }
  const status = String(answers[0]?.status);
  const ms = answers.map((answer) => answer.ms);
  return [
    fixed(quantile(blocks, 0.5), 0),
    fixed(Math.max(...blocks), 0),
    fixed(quantile(ms, 0.5), 0),
    status,
  ];
}

/** How long small requests take, one after another, while `others` send large ones. */
async function besideOthers(
  stack: Stack,
  large: string | undefined,
  others: number,
  seconds: number,
): Promise<string[]> {
  const small = `{"model":"${MODELS.native}","messages":${text('hi')},"user":"${'u'.repeat(400)}"}`;
  const end = performance.now() + seconds * 1_000;
  const statuses = new Map<number, number>();
  const send = async (): Promise<void> => {
    while (large !== undefined && performance.now() < end) {
      const { status } = await post(stack, large);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const sending = Array.from({ length: others }, send);
  const ms: number[] = [];
  while (performance.now() < end) ms.push((await post(stack, small)).ms);
  await Promise.all(sending);
  const seen = [...statuses].map(([status, count]) => `${count}x${status}`).join(' ');
  return [
    String(ms.length),
    fixed(quantile(ms, 0.5), 1),
    fixed(quantile(ms, 0.99), 1),
    seen || '-',
  ];
}

export const largeBodies = command({
  summary:
    'how long large bodies hold the event loop of the gateway, by kind, and small requests beside them',
  options: {
    mebibytes: { default: 30, help: 'size of a large body' },
    rounds: { default: 3, help: 'requests of each kind' },
    callers: { default: 4, help: 'who send large bodies at once' },
    seconds: { default: 8, help: 'of small requests beside them' },
  },
  async run({ mebibytes, rounds, callers, seconds }, lifetime) {
    const stack = await startStack(lifetime);
    await fund(connectServices(lifetime, stack), stack.account.accountId);
    const bytes = mebibytes * MIB;
    const bodyOf = (model: string, kind: string): string =>
      `{"model":"${model}",${KINDS[kind]!(bytes)}}`;
    const rows: string[][] = [];
    for (const kind of Object.keys(KINDS)) {
      for (const [way, model] of Object.entries(MODELS)) {
        rows.push([kind, way, ...(await blocksOf(stack, bodyOf(model, kind), rounds))]);
      }
    }
    const header = ['body', 'way', 'block ms', 'longest', 'answer ms', 'status'];
    printTable('Longest block of the event loop', header, rows);
    const body = bodyOf(MODELS.translated, 'newlines');
    printTable(
      `Requests of 1 KB beside ${callers} callers of large bodies`,
      ['', 'answers', 'p50 ms', 'p99 ms', 'large ones'],
      [
        ['alone', ...(await besideOthers(stack, undefined, 0, seconds))],
        ['beside them', ...(await besideOthers(stack, body, callers, seconds))],
      ],
    );
  },
});
