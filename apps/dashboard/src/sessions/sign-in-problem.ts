import type { FastifyReply } from 'fastify';

/** A page for who could not be signed in. @param text a sentence of ours, without anything from outside */
export function signInProblem(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(
      `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · ModelBridge</title>
<h1>You are not signed in</h1>
<p>${text}</p>
<p><a href="/sign-in">Sign in</a> · <a href="/">ModelBridge</a></p>
</html>
`,
    );
}
