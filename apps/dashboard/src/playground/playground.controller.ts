import { playgroundChat } from '@modelbridge/dashboard-api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Streams } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { PlaygroundChats } from './playground-chats.js';

/** What a browser is told of the gateway's answer beside its events. */
const handedOn = [
  'x-request-id',
  'x-modelbridge-model',
  'x-modelbridge-provider',
  'x-modelbridge-region',
  'x-modelbridge-output-cap',
  'x-modelbridge-ignored',
];

/** Chats with models in the name of the person, to whose account they are charged. */
@Controller()
export class PlaygroundController {
  constructor(private readonly chats: PlaygroundChats) {}

  @Streams(playgroundChat)
  async chat(
    @SignedIn() { userId }: Session,
    @Asked() { params, query, body }: Parts<typeof playgroundChat>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const account = {
      actorUserId: userId,
      accountId: params.account_id,
      teamId: query.team_id,
    };
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const answer = await this.chats.begin(account, body, gone.signal);
    for (const name of handedOn) {
      const value = answer.headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    const events = Readable.fromWeb(answer.body as ReadableStream);
    await reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
      .send(events);
  }
}
