import { beforeAll, describe, expect, it } from '@jest/globals';
import { CodexCli } from '../codex-cli.js';
import { sandboxRequests } from '../gateway-api.js';
import { stack } from './client-stack.js';

let codex: CodexCli;

beforeAll(() => {
  codex = new CodexCli(stack, 'websocket');
});

async function openedSockets(): Promise<number> {
  const text = await (await fetch(`${stack.gateway}/metrics`)).text();
  return Number(/^gateway_response_sockets_opened_total\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe.each(['claude-sonnet-4-6', 'kimi-k2.5'])('Codex over a WebSocket with %s', (model) => {
  it('runs a command and goes on with what it printed', async () => {
    const before = await openedSockets();
    const input = JSON.stringify({ cmd: 'printf "%s-%s" made here', yield_time_ms: 10_000 });
    const events = await codex.run(model, `use the exec_command tool [[input=${input}]]`);
    expect(events.map(({ item }) => item?.exit_code)).toContain(0);
    expect(events.at(-1)).toMatchObject({ type: 'turn.completed' });
    const [first, second] = await sandboxRequests(stack);
    expect(JSON.stringify(first?.body)).toContain('printf');
    expect(JSON.stringify(second?.body)).toContain('made-here');
    expect(await openedSockets()).toBeGreaterThan(before);
  });
});
