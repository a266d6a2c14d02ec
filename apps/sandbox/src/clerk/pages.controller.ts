import { Body, Controller, Get, Headers, Post, Query, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { objectOf, stringOf } from '../json.js';
import { ClerkErrorFilter } from './clerk-error.filter.js';
import { ClerkError } from './clerk-error.js';
import { ClerkInstance } from './clerk-instance.js';
import { clientOf, newClient } from './client-cookie.js';
import { signInPage } from './sign-in-page.js';

/** The pages to which the web app sends a browser, and which send it back. */
@Controller('clerk')
@UseFilters(ClerkErrorFilter)
export class PagesController {
  constructor(private readonly clerk: ClerkInstance) {}

  @Get(['sign-in', 'sign-up'])
  page(@Query('redirect_url') redirectUrl: string, @Res() reply: FastifyReply) {
    return this.show(reply, this.clerk.target(redirectUrl));
  }

  /** Signs a person in, whom the stand-in has known or gets to know by this. */
  @Post(['sign-in', 'sign-up'])
  signIn(
    @Query('redirect_url') redirectUrl: string,
    @Body() body: unknown,
    @Headers('cookie') cookies: string,
    @Res() reply: FastifyReply,
  ) {
    const target = this.clerk.target(redirectUrl);
    const email = stringOf(objectOf(body)['email']).trim();
    const firstName = stringOf(objectOf(body)['first_name']).trim() || null;
    const { people, sessions } = this.clerk;
    try {
      const user = people.byEmail(email) ?? people.create({ email, firstName });
      const known = clientOf(cookies);
      const client = known === undefined ? newClient() : { clientId: known, cookie: undefined };
      const session = sessions.start(user.id, client.clientId);
      const own = client.cookie === undefined ? [] : [client.cookie];
      return this.back(reply, target, [...own, ...this.clerk.sessionCookies(session.id)]);
    } catch (error) {
      if (!(error instanceof ClerkError)) throw error;
      return this.show(reply.code(error.status), target, error.message);
    }
  }

  /** Ends every session of this browser. */
  @Get('sign-out')
  signOut(
    @Query('redirect_url') redirectUrl: string,
    @Headers('cookie') cookies: string,
    @Res() reply: FastifyReply,
  ) {
    const target = this.clerk.target(redirectUrl);
    const clientId = clientOf(cookies);
    if (clientId !== undefined) {
      const { sessions } = this.clerk;
      for (const { id } of sessions.of({ clientId, status: 'active' })) sessions.end(id, 'removed');
    }
    return this.back(reply, target, this.clerk.signedOutCookies());
  }

  private show(reply: FastifyReply, redirectUrl: string, problem?: string): FastifyReply {
    const people = this.clerk.people.all().map(({ email_addresses, first_name, last_name }) => ({
      email: email_addresses[0]?.email_address ?? '',
      name: [first_name, last_name].filter(Boolean).join(' '),
    }));
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(signInPage({ people, redirectUrl, problem }));
  }

  private back(reply: FastifyReply, target: string, cookies: string[]): FastifyReply {
    return reply.header('set-cookie', cookies).header('location', target).code(303).send();
  }
}
