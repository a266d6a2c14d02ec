import { MailTransport } from '@modelbridge/mail';
import { Module } from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { MailWriter } from './mail-writer.service.js';
import { NoticeMailsRepository } from './notice-mails.repository.js';
import { NoticeMails } from './notice-mails.service.js';
import { NoticePreferencesGrpc } from './preferences.grpc.js';
import { PreferencesRepository } from './preferences.repository.js';
import { NoticePreferences } from './preferences.service.js';
import { Recipients } from './recipients.service.js';

@Module({
  controllers: [NoticePreferencesGrpc],
  providers: [
    {
      provide: MailTransport,
      inject: [BILLING_CONFIG],
      useFactory: (config: BillingConfig) => new MailTransport(config),
    },
    MailWriter,
    NoticeMails,
    NoticeMailsRepository,
    NoticePreferences,
    PreferencesRepository,
    Recipients,
  ],
})
export class NoticeMailsModule {}
