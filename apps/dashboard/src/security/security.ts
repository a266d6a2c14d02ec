import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config.js';
import { takeLargeBodies } from './large-bodies.js';

const self = ["'self'"];
const none = ["'none'"];

/** Nothing from elsewhere, nothing inline, nobody's frame. A page that needs another one says so itself. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: none,
    scriptSrc: self,
    styleSrc: self,
    imgSrc: [...self, 'data:'],
    fontSrc: self,
    connectSrc: self,
    manifestSrc: self,
    baseUri: none,
    formAction: self,
    frameAncestors: none,
    objectSrc: none,
  },
};

const permissionsPolicy = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

const yearSeconds = 31_536_000;

/** What every answer of the dashboard says to browsers, and what its routes find in a request. */
export async function secure(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy,
    hsts: { maxAge: yearSeconds, includeSubDomains: true },
    frameguard: { action: 'deny' },
    // Forms of pages without scripts say where they come from, to us alone.
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(rateLimit, {
    global: false,
    max: config.DASHBOARD_SIGN_INS_PER_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { after }) => ({
      statusCode: 429,
      error: 'Too many requests',
      message: `Too many tries. Try again in ${after}.`,
    }),
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      reply.header('permissions-policy', permissionsPolicy);
      done();
    });
  takeLargeBodies(app);
}

/** The id of a request: its answer and its log line have it. */
export function requestId(): string {
  return randomUUID();
}
