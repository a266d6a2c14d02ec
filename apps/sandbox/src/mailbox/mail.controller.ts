import {
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Query,
} from '@nestjs/common';
import { listPage, messagePage } from './mail-page.js';
import { Mailbox } from './mailbox.js';
import type { Message } from './message.js';

const html = 'text/html; charset=utf-8';
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'";

/** The mailbox for people, and as JSON for tests. */
@Controller('mail')
export class MailController {
  constructor(private readonly mailbox: Mailbox) {}

  @Get()
  @Header('content-type', html)
  @Header('content-security-policy', pagePolicy)
  list(): string {
    return listPage(this.mailbox.list());
  }

  @Get('messages')
  messages(@Query('to') to?: string): { messages: Message[] } {
    return { messages: this.mailbox.list(to) };
  }

  @Delete('messages')
  @HttpCode(204)
  clear(): void {
    this.mailbox.clear();
  }

  @Get(':id')
  @Header('content-type', html)
  @Header('content-security-policy', pagePolicy)
  show(@Param('id', ParseIntPipe) id: number): string {
    return messagePage(this.found(id));
  }

  /** As a mail program that loads nothing from elsewhere and runs nothing. */
  @Get(':id/html')
  @Header('content-type', html)
  @Header(
    'content-security-policy',
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  )
  body(@Param('id', ParseIntPipe) id: number): string {
    return this.found(id).html;
  }

  private found(id: number): Message {
    const message = this.mailbox.find(id);
    if (message === undefined) throw new NotFoundException('there is no such message');
    return message;
  }
}
