import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClerkPages } from './clerk-pages.js';
import { Csrf } from './csrf.service.js';
import { Seal } from './seal.js';
import { Sessions } from './sessions.service.js';
import { signInProblem } from './sign-in-problem.js';
import { readSignIn, returnPath, tokenOfHandshake } from './sign-in.js';

/** As many as `SIGN_INS_PER_MINUTE` from one address. */
const limited = { rateLimit: {} };

type Query = Record<string, unknown>;

/** The way to Clerk's page and back. Nothing of Clerk's is kept in the browser. */
@Controller('sign-in')
export class SignInController {
  constructor(
    private readonly sessions: Sessions,
    private readonly seal: Seal,
    private readonly csrf: Csrf,
    private readonly pages: ClerkPages,
  ) {}

  /** `again`: who is signed in has to prove once more who they are. */
  @Get()
  @RouteConfig(limited)
  async signIn(
    @Query() query: Query,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const returnTo = returnPath(query['return_to'], this.pages.origin);
    // A cookie of another name for this host would not come back.
    if (request.host !== new URL(this.pages.origin).host) {
      const search = new URLSearchParams(query as Record<string, string>).toString();
      return redirect(reply, `${this.pages.origin}/sign-in${search === '' ? '' : `?${search}`}`);
    }
    const session = await this.sessions.of(request, reply).catch(() => undefined);
    const isAgain = query['again'] !== undefined;
    if (session !== undefined && !isAgain) return redirect(reply, returnTo);
    if (session !== undefined) {
      // Clerk takes whoever is signed in there for proved.
      try {
        await this.sessions.end(reply, session);
      } catch {
        return signInProblem(
          reply,
          503,
          'Clerk does not answer, so you cannot prove who you are. Try again in a minute.',
        );
      }
    }
    const browser = this.csrf.browserMark(request, reply);
    const state = this.seal.seal({ returnTo, browser, startedAtMs: Date.now() });
    return redirect(reply, this.pages.signIn(state));
  }

  @Get('callback')
  @RouteConfig(limited)
  async callback(
    @Query() query: Query,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { state, __clerk_handshake: handshake } = query;
    const begun = typeof state === 'string' ? this.seal.open(state) : undefined;
    const signIn = readSignIn(begun, Date.now());
    if (signIn === undefined || typeof state !== 'string') {
      return signInProblem(
        reply,
        400,
        'That took too long, or did not begin here. Sign in once more.',
      );
    }
    if (!this.csrf.isBrowser(request, signIn.browser)) {
      return signInProblem(reply, 400, 'This sign-in began in another browser. Sign in here.');
    }
    if (typeof handshake !== 'string') return redirect(reply, this.pages.handshake(state));
    try {
      await this.sessions.start(reply, tokenOfHandshake(handshake));
    } catch (error) {
      return refused(reply, error);
    }
    return redirect(reply, signIn.returnTo);
  }
}

function refused(reply: FastifyReply, error: unknown): FastifyReply {
  const known = rpcErrorFrom(error);
  if (known?.details?.['reason'] === 'email_unverified') {
    return signInProblem(
      reply,
      403,
      'Your e-mail address is not verified yet. Open the mail that Clerk sent you, then sign in.',
    );
  }
  if (known?.code === 'unauthenticated' || known?.code === 'invalid_argument') {
    return signInProblem(
      reply,
      401,
      'Clerk does not say that you are signed in. Sign in once more.',
    );
  }
  return signInProblem(reply, 503, 'Sign-in does not work just now. Try again in a minute.');
}

function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(303).headers({ location, 'cache-control': 'no-store' }).send();
}
