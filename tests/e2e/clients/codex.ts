import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CodexCli, type CodexEvent } from '../codex-cli.js';
import { sandboxRequests } from '../gateway-api.js';
import { stack } from './client-stack.js';

/** One for each kind of upstream: Responses, Messages, chat. */
const models = ['gpt-5.2-codex', 'claude-sonnet-4-6', 'kimi-k2.5'];

let codex: CodexCli;

beforeAll(() => {
  codex = new CodexCli(stack, 'http');
});

const itemsOf = (events: CodexEvent[], type: string) =>
  events.flatMap(({ type: event, item }) =>
    event === 'item.completed' && item?.type === type ? [item] : [],
  );

function expectEnd(events: CodexEvent[]): void {
  expect(itemsOf(events, 'agent_message').at(-1)?.text).toMatch(/\S/);
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed' });
  expect(events.at(-1)?.usage?.output_tokens).toBeGreaterThan(0);
}

describe.each(models)('Codex with %s', (model) => {
  it('answers', async () => {
    const events = await codex.run(model, 'hello');
    expectEnd(events);
    expect(await sandboxRequests(stack)).toHaveLength(1);
  });

  it('runs a command and goes on with what it printed', async () => {
    const input = JSON.stringify({ cmd: 'printf "%s-%s" made here', yield_time_ms: 10_000 });
    const events = await codex.run(model, `use the exec_command tool [[input=${input}]]`);
    expect(itemsOf(events, 'command_execution')).toMatchObject([{ exit_code: 0 }]);
    expectEnd(events);
    const [, second] = await sandboxRequests(stack);
    expect(JSON.stringify(second?.body)).toContain('made-here');
  });

  it('applies a patch that the model streams as raw text', async () => {
    const file = `${model}.txt`;
    const line = `says "hello" \\n \t {not: json} 你好`;
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+${line}\n+the end\n*** End Patch`;
    const events = await codex.run(model, `use the apply_patch tool [[input=${patch}]]`);
    expect(itemsOf(events, 'file_change')).toMatchObject([{ status: 'completed' }]);
    expectEnd(events);
    expect(readFileSync(join(codex.work, file), 'utf8')).toBe(`${line}\nthe end\n`);
  });
});
