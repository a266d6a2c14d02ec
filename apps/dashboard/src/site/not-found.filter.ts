import type { ErrorBody } from '@modelbridge/dashboard-api';
import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { html } from './html.js';
import { notePage } from './layout.js';

const page = notePage(
  'There is no such page',
  html`<p>The address may be mistyped, or what it led to has moved.</p>
    <p>
      <a class="button" href="/">To the start</a>
      <a class="button quiet" href="/docs">To the docs</a>
    </p>`,
);

/** Who has asked for what is not there: people get a page, programs an error in the shape of the others. */
@Catch(NotFoundException)
export class NotFoundFilter implements ExceptionFilter {
  catch(_: NotFoundException, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    reply.code(404).header('cache-control', 'no-store');
    if (String(request.headers.accept ?? '').includes('text/html')) {
      reply.type('text/html; charset=utf-8').send(page);
      return;
    }
    const body: ErrorBody = {
      error: {
        code: 'not_found',
        message: 'There is no such address.',
        request_id: request.id,
      },
    };
    reply.send(body);
  }
}
