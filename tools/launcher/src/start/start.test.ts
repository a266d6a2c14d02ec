import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_GATEWAYS, portsFrom, REFUSED_BY_CLIENTS } from '../topology/ports.js';
import { STOP_PHASES, topology } from '../topology/topology.js';
import { checkPorts } from './port-check.js';
import { phaseTimeoutMs } from './stop-order.js';
import { curlExample } from './welcome.js';

describe('a stop', () => {
  it('goes from the gateways inwards', () => {
    expect(STOP_PHASES).toEqual(['gateway', 'edge', 'service', 'nats', 'postgres']);
  });

  it('is over in less than 15 s even if every phase takes all its time', () => {
    let elapsedMs = 0;
    for (const phase of STOP_PHASES) elapsedMs += phaseTimeoutMs(phase, elapsedMs);
    expect(elapsedMs).toBeLessThan(15_000);
  });

  it('leaves gateways at least 8 s and gives later phases what they did not use', () => {
    expect(phaseTimeoutMs('gateway', 0)).toBeGreaterThanOrEqual(8_000);
    expect(phaseTimeoutMs('service', 100)).toBeGreaterThan(phaseTimeoutMs('service', 9_000));
  });
});

describe('the check of ports', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('names the taken port, its part and a way out', async () => {
    const listening = createServer();
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as { port: number };
    await expect(checkPorts([{ port, part: 'gateway' }], 4000, 0)).rejects.toThrow(
      new RegExp(
        `^Port ${port} \\(gateway\\) is taken by process ${process.pid}.*--port-base 5000$`,
        's',
      ),
    );
  });
});

describe('a port that a killed predecessor holds', () => {
  it('is waited for', async () => {
    const listening = createServer();
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as { port: number };
    const checked = checkPorts([{ port, part: 'gateway' }], 4000, 60_000);
    setTimeout(() => listening.close(), 50);
    await expect(checked).resolves.toBeUndefined();
  });
});

describe('a port that clients refuse to open', () => {
  it('is not used', async () => {
    await expect(checkPorts([{ port: 6000, part: 'gateway' }], 6000)).rejects.toThrow(
      /^Port 6000 \(gateway\) is one that browsers and fetch refuse.*--port-base 7000$/s,
    );
  });

  it('is not among those of the default base', () => {
    const used = topology(portsFrom(4000, MAX_GATEWAYS)).map(({ httpPort }) => httpPort);
    expect(used.filter((port) => REFUSED_BY_CLIENTS.has(port))).toEqual([]);
  });
});

describe('the printed curl', () => {
  it('can be pasted: one command, the key in its header, a JSON body', () => {
    const command = curlExample('http://127.0.0.1:4000', 'mb_live_abc');
    expect(
      command
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith(' \\')),
    ).toBe(true);
    expect(command).toContain("'Authorization: Bearer mb_live_abc'");
    const body = /-d '(.+)'$/.exec(command)?.[1] ?? '';
    expect(JSON.parse(body)).toMatchObject({ model: 'gpt-5.4' });
  });
});
