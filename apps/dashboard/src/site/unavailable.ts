import type { FastifyReply } from 'fastify';
import { html } from './html.js';
import { notePage } from './layout.js';

/** For what a service should have told, and did not. @param title a sentence of ours, without anything from outside */
export function sendUnavailable(reply: FastifyReply, title: string): FastifyReply {
  return reply
    .code(503)
    .headers({ 'retry-after': '10', 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(notePage(title, html`<p role="alert">Try again in a minute.</p>`));
}
