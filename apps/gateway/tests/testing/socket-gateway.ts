import { ResponseSockets } from '../../src/websocket/response-sockets.service.js';
import { CallerSocket, type SocketEvent } from './response-socket.js';
import { answerLike } from './stub-replies.js';
import type { StubUpstream } from './stub-upstream.js';
import { TestGateway } from './test-gateway.js';

/** One of each provider. */
export const socketModels = ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'] as const;

export const user = (content: string) => ({ type: 'message', role: 'user', content });
export const codeOf = (events: SocketEvent[]) => events.at(-1)?.error?.code;
export const idOf = (events: SocketEvent[]) => events.at(-1)!.response!.id;

/** A gateway whose callers open WebSockets. */
export class SocketGateway {
  private constructor(readonly gateway: TestGateway) {}

  static async start(): Promise<SocketGateway> {
    return new SocketGateway(await TestGateway.start());
  }

  /** Every upstream answers with two words and has received nothing. */
  reset(): void {
    for (const upstream of this.upstreams) {
      upstream.answer = answerLike({ words: ['one ', 'two'] });
      upstream.received.length = 0;
    }
  }

  received(): StubUpstream['received'] {
    return this.upstreams.flatMap((upstream) => upstream.received);
  }

  sockets(): ResponseSockets {
    return this.gateway.service.running.app.get(ResponseSockets, { strict: false });
  }

  open(apiKey = this.gateway.caller().apiKey, headers = {}): Promise<CallerSocket> {
    return CallerSocket.open(this.gateway.url, apiKey, headers);
  }

  private get upstreams(): StubUpstream[] {
    const { openai, anthropic, east, west } = this.gateway;
    return [openai, anthropic, east, west];
  }
}
