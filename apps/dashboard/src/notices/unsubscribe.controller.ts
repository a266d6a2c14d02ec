import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BillingClient } from '../clients/clients.js';
import { askPage, donePage, failedPage } from './unsubscribe-page.js';

/** The link of mails that people may do without; the token in it is all that it takes. */
@Controller('notices/unsubscribe')
export class UnsubscribeController {
  constructor(private readonly billing: BillingClient) {}

  @Get()
  ask(@Query('token') token: unknown, @Res() reply: FastifyReply): FastifyReply {
    return typeof token === 'string' ? show(reply, 200, askPage(token)) : wrong(reply);
  }

  /** Also what mail programs send by themselves (RFC 8058), with a body that says so. */
  @Post()
  async unsubscribe(
    @Query('token') token: unknown,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    if (typeof token !== 'string') return wrong(reply);
    try {
      const { kind } = await this.billing.unsubscribeFromNotices({ token });
      return show(reply, 200, donePage(kind));
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'invalid_argument') return wrong(reply);
      return show(reply, 503, failedPage(false));
    }
  }
}

function wrong(reply: FastifyReply): FastifyReply {
  return show(reply, 400, failedPage(true));
}

function show(reply: FastifyReply, status: number, html: string): FastifyReply {
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      // The address holds the token.
      .headers({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
      .send(html)
  );
}
