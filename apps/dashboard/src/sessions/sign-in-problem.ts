import type { FastifyReply } from 'fastify';
import { html } from '../site/html.js';
import { notePage } from '../site/layout.js';

/** A page for who could not be signed in. @param text a sentence of ours, without anything from outside */
export function signInProblem(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(
      notePage(
        'You are not signed in',
        html`<p role="alert">${text}</p>
          <p>
            <a class="button" href="/sign-in">Sign in</a>
            <a class="button quiet" href="/">To the start</a>
          </p>`,
      ),
    );
}
