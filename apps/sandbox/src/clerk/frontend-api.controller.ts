import {
  Controller,
  Get,
  Headers,
  HttpCode,
  Options,
  Param,
  Post,
  Query,
  Res,
  UseFilters,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClerkErrorFilter } from './clerk-error.filter.js';
import { ClerkError } from './clerk-error.js';
import { ClerkInstance } from './clerk-instance.js';
import { clientOf } from './client-cookie.js';

/** Clerk's frontend API, as far as the web app calls it from the browser: with the browser's own cookie. */
@Controller('clerk/v1/client')
@UseFilters(ClerkErrorFilter)
export class FrontendApiController {
  constructor(private readonly clerk: ClerkInstance) {}

  @Options(['sessions/:id/tokens', 'sessions/:id/verify'])
  @HttpCode(204)
  preflight(@Headers('origin') origin: string, @Res({ passthrough: true }) reply: FastifyReply) {
    this.allow(origin, reply);
    void reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'content-type');
  }

  /** The sessions that are active in this browser. */
  @Get()
  client(
    @Headers('origin') origin: string,
    @Headers('cookie') cookies: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.allow(origin, reply);
    const clientId = clientOf(cookies);
    const sessions =
      clientId === undefined ? [] : this.clerk.sessions.of({ clientId, status: 'active' });
    return { object: 'client', id: clientId ?? null, sessions };
  }

  /** Sends the browser back to the web app, with who is signed in in it. */
  @Get('handshake')
  handshake(
    @Query('redirect_url') redirectUrl: string,
    @Headers('cookie') cookies: string,
    @Res() reply: FastifyReply,
  ) {
    const location = this.clerk.handshakeUrl(this.clerk.target(redirectUrl), clientOf(cookies));
    return reply.code(307).headers({ location, 'cache-control': 'no-store' }).send();
  }

  @Post('sessions/:id/tokens')
  @HttpCode(200)
  token(
    @Headers('origin') origin: string,
    @Headers('cookie') cookies: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.allow(origin, reply);
    this.mustBeOwn(id, cookies);
    const jwt = this.clerk.sessions.token(id, origin);
    void reply.header('set-cookie', this.clerk.sessionCookies(id));
    return { object: 'token', jwt };
  }

  /** Step-up, in one click: the next token says that they have just proved who they are. */
  @Post('sessions/:id/verify')
  @HttpCode(200)
  verify(
    @Headers('origin') origin: string,
    @Headers('cookie') cookies: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    this.allow(origin, reply);
    this.mustBeOwn(id, cookies);
    return this.clerk.sessions.verify(id);
  }

  private allow(origin: string | undefined, reply: FastifyReply): void {
    if (origin !== this.clerk.appOrigin) {
      throw new ClerkError(400, 'origin_invalid', 'The Origin header is not that of the web app');
    }
    void reply
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-credentials', 'true')
      .header('vary', 'origin');
  }

  private mustBeOwn(sessionId: string, cookies: string | undefined): void {
    if (this.clerk.sessions.get(sessionId).client_id !== clientOf(cookies)) {
      throw new ClerkError(401, 'authentication_invalid', 'The session is not in this browser');
    }
  }
}
