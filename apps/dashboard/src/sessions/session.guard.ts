import type { Route } from '@modelbridge/dashboard-api';
import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeOf } from '../routes/answers.decorator.js';
import { RouteError } from '../routes/route-error.js';
import { Csrf } from './csrf.service.js';
import { isProvedLately, type Session } from './session.js';
import { Sessions } from './sessions.service.js';

const sensitiveKey = Symbol('sensitive');

/** What cannot be taken back: the person must have proved who they are in the last minutes (403 `step_up_required`). */
export const Sensitive = (): MethodDecorator => SetMetadata(sensitiveKey, true);

const open = new WeakMap<FastifyRequest, Session>();

/** The session of a route of the web app: its guard has let it in. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext): Session => {
  const session = open.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (session === undefined) throw new Error('@SignedIn is for methods with @Answers');
  return session;
});

/** Lets in only who is signed in, to every route of the web app; a write only from the web app itself. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly sessions: Sessions,
    private readonly csrf: Csrf,
    private readonly origin: string,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = routeOf(context.getHandler());
    if (route === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    reply.header('cache-control', 'no-store');
    this.refuseForeign(request);
    const session = await this.sessions.of(request, reply);
    if (isWrite(route) && !this.csrf.isValid(request, session.id)) {
      const message = 'This page is out of date. Reload it and try again: nothing was done.';
      throw new RouteError(403, 'csrf_token_invalid', message);
    }
    const isSensitive = Reflect.getMetadata(sensitiveKey, context.getHandler()) === true;
    if (isSensitive && !isProvedLately(session, Date.now())) {
      const message = 'Prove that it is you, and it is done. Nothing was done yet.';
      throw new RouteError(403, 'step_up_required', message);
    }
    open.set(request, session);
    return true;
  }

  /** Browsers say where a request comes from; a page of another site has nothing to ask here, not even to read. */
  private refuseForeign({ headers }: FastifyRequest): void {
    const site = headers['sec-fetch-site'];
    const isForeign =
      (headers.origin !== undefined && headers.origin !== this.origin) ||
      (site !== undefined && site !== 'same-origin');
    if (isForeign) {
      throw new RouteError(403, 'foreign_origin', 'Only the dashboard itself may ask this.');
    }
  }
}

function isWrite({ method }: Route): boolean {
  return method !== 'GET';
}
