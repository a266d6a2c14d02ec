import type { UserJSON } from '@clerk/backend';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseFilters,
} from '@nestjs/common';
import { arrayOf, objectOf, stringOf } from '../json.js';
import { ClerkErrorFilter } from './clerk-error.filter.js';
import { invalid } from './clerk-error.js';
import { ClerkInstance } from './clerk-instance.js';

/** Members of a user that a caller may change. */
const changeable: (keyof UserJSON)[] = [
  ...(['first_name', 'last_name', 'external_id', 'primary_email_address_id'] as const),
  ...(['public_metadata', 'private_metadata', 'unsafe_metadata'] as const),
];

/** Clerk's backend API, as far as it is called: with the secret key. */
@Controller('clerk/v1')
@UseFilters(ClerkErrorFilter)
export class BackendApiController {
  constructor(private readonly clerk: ClerkInstance) {}

  @Get('jwks')
  jwks(@Headers('authorization') key?: string) {
    this.clerk.authorize(key);
    return this.clerk.tokens.jwks();
  }

  @Get('users')
  users(@Headers('authorization') key?: string, @Query() query: Record<string, unknown> = {}) {
    this.clerk.authorize(key);
    const offset = Number(query['offset'] ?? 0);
    return this.found(query).slice(offset, offset + Number(query['limit'] ?? 10));
  }

  @Get('users/count')
  count(@Headers('authorization') key?: string, @Query() query: Record<string, unknown> = {}) {
    this.clerk.authorize(key);
    return { object: 'total_count', total_count: this.found(query).length };
  }

  @Post('users')
  @HttpCode(200)
  create(@Headers('authorization') key: string, @Body() body: unknown) {
    this.clerk.authorize(key);
    const { email_address, first_name, last_name } = objectOf(body);
    const [email] = arrayOf(email_address);
    return this.clerk.people.create({
      email: stringOf(email),
      firstName: stringOf(first_name) || null,
      lastName: stringOf(last_name) || null,
    });
  }

  @Get('users/:id')
  user(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    return this.clerk.people.get(id);
  }

  @Patch('users/:id')
  update(@Headers('authorization') key: string, @Param('id') id: string, @Body() body: unknown) {
    this.clerk.authorize(key);
    const changes = Object.entries(objectOf(body));
    const unknown = changes.find(([name]) => !changeable.includes(name as keyof UserJSON));
    if (unknown) throw invalid('form_param_unknown', `${unknown[0]} is not a valid parameter`);
    return this.clerk.people.update(id, Object.fromEntries(changes));
  }

  @Delete('users/:id')
  delete(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    this.clerk.deletePerson(id);
    return { id, object: 'user', deleted: true };
  }

  @Post('email_addresses')
  @HttpCode(200)
  addEmail(@Headers('authorization') key: string, @Body() body: unknown) {
    this.clerk.authorize(key);
    const { user_id, email_address, verified, primary } = objectOf(body);
    return this.clerk.people.addEmail(stringOf(user_id), stringOf(email_address), {
      verified: verified === true,
      primary: primary === true,
    });
  }

  @Delete('email_addresses/:id')
  removeEmail(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    this.clerk.people.removeEmail(id);
    return { id, object: 'email_address', deleted: true };
  }

  @Get('sessions')
  sessions(@Headers('authorization') key: string, @Query() query: Record<string, string> = {}) {
    this.clerk.authorize(key);
    const { user_id, client_id, status } = query;
    const data = this.clerk.sessions.of({ userId: user_id, clientId: client_id, status });
    return query['paginated'] === 'true' ? { data, total_count: data.length } : data;
  }

  @Get('sessions/:id')
  session(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    return this.clerk.sessions.get(id);
  }

  @Post('sessions/:id/revoke')
  @HttpCode(200)
  revoke(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    return this.clerk.sessions.end(id, 'revoked');
  }

  @Post('sessions/:id/refresh')
  @HttpCode(200)
  refresh(@Headers('authorization') key: string, @Param('id') id: string) {
    this.clerk.authorize(key);
    return { object: 'cookies', cookies: this.clerk.sessionCookies(id) };
  }

  private found({ email_address, user_id }: Record<string, unknown>): UserJSON[] {
    const emails = [email_address ?? []].flat().map((email) => stringOf(email).toLowerCase());
    const ids = [user_id ?? []].flat();
    return this.clerk.people
      .all()
      .filter(
        (user) =>
          (ids.length === 0 || ids.includes(user.id)) &&
          (emails.length === 0 ||
            user.email_addresses.some(({ email_address: email }) =>
              emails.includes(email.toLowerCase()),
            )),
      );
  }
}
