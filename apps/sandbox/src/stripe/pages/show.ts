import type { FastifyReply } from 'fastify';
import { pageHeaders } from './layout.js';

export function show(reply: FastifyReply, html: string): FastifyReply {
  return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html);
}
