import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpException,
  Post,
  Put,
  UseFilters,
} from '@nestjs/common';
import { z } from 'zod';
import { ClerkErrorFilter } from './clerk-error.filter.js';
import { notFound } from './clerk-error.js';
import { ClerkInstance } from './clerk-instance.js';
import { forgerySchema } from './token-issuer.js';
import { switchesSchema } from './webhook-sender.js';

const tokenSchema = forgerySchema.extend({ email: z.string() });

/** What tests do to Clerk. */
@Controller('clerk/test')
@UseFilters(ClerkErrorFilter)
export class TestController {
  constructor(private readonly clerk: ClerkInstance) {}

  @Post('rotate')
  @HttpCode(200)
  rotate() {
    return { kid: this.clerk.tokens.rotate() };
  }

  /** A token of a new session of a person, as it should be or as nobody should take it. */
  @Post('tokens')
  @HttpCode(200)
  token(@Body() body: unknown) {
    const { email, ...forgery } = parsed(tokenSchema, body);
    const user = this.clerk.people.byEmail(email);
    if (user === undefined) throw notFound('User');
    const session = this.clerk.sessions.start(user.id);
    const { appOrigin: origin, tokens } = this.clerk;
    const subject = { sessionId: session.id, userId: user.id, origin };
    return {
      userId: user.id,
      sessionId: session.id,
      jwt: tokens.token({ ...subject, fva: [0, -1] }, forgery),
    };
  }

  @Put('webhooks')
  switches(@Body() body: unknown) {
    this.clerk.webhooks.set(parsed(switchesSchema, body));
    return this.clerk.webhooks.switches;
  }

  @Get('webhooks')
  webhooks() {
    return {
      switches: this.clerk.webhooks.switches,
      deliveries: this.clerk.webhooks.deliveries(),
    };
  }
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HttpException({ error: { message: z.prettifyError(result.error) } }, 400);
}
