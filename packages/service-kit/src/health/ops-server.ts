import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../metrics/metrics.js';
import type { HealthRegistry } from './health-registry.js';

const bounds = { connections: 100, requestMs: 5_000 };

interface Answer {
  status: number;
  type: string;
  text: string;
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});

/** `/livez`, `/readyz` and `/metrics` on a port of their own, which no caller of the service needs to reach. */
export class OpsServer {
  private constructor(private readonly server: Server) {}

  /** Rejects where the port cannot be had. With port 0 the system chooses one. */
  static async listen(
    { host, port }: { host: string; port: number },
    health: HealthRegistry,
    metrics: Metrics,
  ): Promise<OpsServer> {
    const answers = new Map<string, () => Answer | Promise<Answer>>([
      ['/livez', () => json(200, { status: 'ok' })],
      ['/readyz', () => readiness(health)],
      ['/metrics', () => exposition(metrics)],
    ]);
    const server = createServer({ requestTimeout: bounds.requestMs }, (req, res) => {
      const [path = ''] = (req.url ?? '').split('?', 1);
      const answer = req.method === 'GET' ? answers.get(path) : undefined;
      void send(res, answer ?? (() => json(404, { status: 'not found' })));
    });
    server.maxConnections = bounds.connections;
    server.listen(port, host);
    await once(server, 'listening');
    return new OpsServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function readiness(health: HealthRegistry): Promise<Answer> {
  const failing = await health.failing();
  return failing.length === 0
    ? json(200, { status: 'ok' })
    : json(503, { status: 'unavailable', failing });
}

async function exposition({ registry }: Metrics): Promise<Answer> {
  return { status: 200, type: registry.contentType, text: await registry.metrics() };
}

async function send(res: ServerResponse, answer: () => Answer | Promise<Answer>): Promise<void> {
  try {
    const { status, type, text } = await answer();
    res.writeHead(status, { 'content-type': type }).end(text);
  } catch {
    res.writeHead(500).end();
  }
}
