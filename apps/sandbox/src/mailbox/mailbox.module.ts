import { Module } from '@nestjs/common';
import { MailController } from './mail.controller.js';
import { Mailbox } from './mailbox.js';
import { SmtpService } from './smtp.service.js';

@Module({ controllers: [MailController], providers: [Mailbox, SmtpService] })
export class MailboxModule {}
