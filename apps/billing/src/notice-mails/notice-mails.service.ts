import { MailSender, MailTransport, type Mail, type Unsent } from '@modelbridge/mail';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { MailWriter } from './mail-writer.service.js';
import { NoticeMailsRepository, type DueMail } from './notice-mails.repository.js';
import { isUnwanted } from './preferences.js';
import { PreferencesRepository } from './preferences.repository.js';
import { Recipients, type Recipient } from './recipients.service.js';

/** The mails of notices. */
@Injectable()
export class NoticeMails implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sender: MailSender<DueMail>;

  constructor(
    queue: NoticeMailsRepository,
    private readonly preferences: PreferencesRepository,
    private readonly recipients: Recipients,
    private readonly writer: MailWriter,
    transport: MailTransport,
    logger: Logger,
    metrics: Metrics,
  ) {
    const write = (mail: DueMail) => this.written(mail);
    this.sender = new MailSender({ queue, write, transport, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.sender.start();
  }

  onApplicationShutdown(): void {
    this.sender.stop();
  }

  /** Resolves when every mail that was due has been tried. */
  send(): Promise<void> {
    return this.sender.send();
  }

  private async written(mail: DueMail): Promise<Mail | Unsent> {
    const recipient = await this.recipientOf(mail);
    if (recipient === 'owner') return { state: 'unwanted', why: 'told_as_owner' };
    if (recipient === undefined) return { state: 'undeliverable', why: 'nobody' };
    const { accountId, kind } = mail.notice;
    const unsubscribed = await this.preferences.unsubscribed(accountId, recipient.userId);
    if (isUnwanted(kind, recipient, unsubscribed))
      return { state: 'unwanted', why: 'unsubscribed' };
    return this.writer.write(mail, recipient);
  }

  /** A member who owns the account is told once. */
  private async recipientOf(mail: DueMail): Promise<Recipient | 'owner' | undefined> {
    const { notice, ownerUserId, memberUserId } = mail;
    const owner = await this.recipients.owner(notice.accountId, ownerUserId);
    if (memberUserId === null) return owner;
    const member = await this.recipients.person(memberUserId);
    return member !== undefined && member.userId === owner?.userId ? 'owner' : member;
  }
}
