import { Module, type DynamicModule } from '@nestjs/common';
import type { MailConfig } from '../sending/mail-config.js';
import { MailTransport } from '../sending/mail-transport.js';
import { MailQueueRepository } from './mail-queue.repository.js';
import { MAIL_CONFIG, Mails } from './mails.service.js';

/** The table `mail`: for KitModule's `migrationsOfPackages`. */
export const mailMigrationsDir = new URL('../../migrations/', import.meta.url);

/** Provides Mails everywhere in a service. */
@Module({})
export class MailModule {
  static forRoot(config: MailConfig): DynamicModule {
    return {
      global: true,
      module: MailModule,
      providers: [
        { provide: MAIL_CONFIG, useValue: config },
        { provide: MailTransport, useFactory: () => new MailTransport(config) },
        MailQueueRepository,
        Mails,
      ],
      exports: [Mails],
    };
  }
}
