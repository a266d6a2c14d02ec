import { PLAYGROUND_BODY_BYTES, playgroundChat, type ErrorBody } from '@modelbridge/dashboard-api';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Sessions, signedOut } from '../sessions/sessions.service.js';

/** Routes whose bodies may be large, which is nothing to read for somebody whom nobody knows. */
const largeBodies: ReadonlyMap<string, number> = new Map([
  [playgroundChat.path, PLAYGROUND_BODY_BYTES],
]);

/** Before the routes are made. */
export function takeLargeBodies(app: NestFastifyApplication): void {
  const sessions = app.get(Sessions);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      const bodyLimit = largeBodies.get(route.url);
      if (bodyLimit === undefined) return;
      route.bodyLimit = bodyLimit;
      route.onRequest = (request, reply, done) => {
        if (sessions.isSealed(request)) return done();
        const { code, message } = signedOut(request, reply);
        const body: ErrorBody = { error: { code, message, request_id: request.id } };
        reply.code(401).header('cache-control', 'no-store').send(body);
      };
    });
}
