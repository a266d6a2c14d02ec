import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { noticeMailBounds } from './bounds.js';
import { MailFailure, MailRefusal, MailTransport } from './mail-transport.service.js';
import { MailWriter } from './mail-writer.service.js';
import { NoticeMailsRepository, type DueMail, type MailEnd } from './notice-mails.repository.js';
import { isUnwanted } from './preferences.js';
import { PreferencesRepository } from './preferences.repository.js';
import { Recipients, type Recipient } from './recipients.service.js';

/** Sends the mails of notices: any number of replicas, each mail by one of them at a time, until a mail server has it. */
@Injectable()
export class NoticeMails implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly ended;
  private readonly failures;

  constructor(
    private readonly repository: NoticeMailsRepository,
    private readonly preferences: PreferencesRepository,
    private readonly recipients: Recipients,
    private readonly writer: MailWriter,
    private readonly transport: MailTransport,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.ended = metrics.counter({
      name: 'modelbridge_notice_mails_total',
      help: 'Mails of notices that need no further attempt, by how they ended',
      labelNames: ['state'],
    });
    this.failures = metrics.counter({
      name: 'modelbridge_notice_mail_failures_total',
      help: 'Attempts to send a mail of a notice that failed and are repeated',
    });
    this.loop = new KickedLoop(
      () => this.sweep(),
      (error) => this.logger.warn({ err: error }, 'mails of notices could not be looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.loop.kick(), noticeMailBounds.sweepEveryMs);
  }

  /** Mails under way are still given to the mail server and noted: what is not is sent by another process later. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Resolves when every mail that was due has been tried. */
  send(): Promise<void> {
    return this.loop.kick();
  }

  private async sweep(): Promise<void> {
    const { sweepBatch, claimMs, atOnce } = noticeMailBounds;
    while (!this.stopped) {
      const due = await this.repository.claimDue(sweepBatch, claimMs);
      const isLast = due.length < sweepBatch;
      const lanes = Array.from({ length: atOnce }, async () => {
        for (let mail = due.shift(); mail !== undefined; mail = due.shift())
          await this.attempt(mail);
      });
      await Promise.all(lanes);
      if (isLast) return;
    }
  }

  private async attempt(mail: DueMail): Promise<void> {
    const { id: noticeId, createdAt } = mail.notice;
    try {
      const { state, why } = await this.tried(mail);
      await this.repository.end(mail, state, why);
      this.ended.inc({ state });
      if (state === 'undeliverable') this.logger.warn({ noticeId, why }, 'a notice reaches nobody');
    } catch (error) {
      this.failures.inc();
      const name = failureName(error);
      this.logger.warn({ noticeId, failure: name }, 'a mail of a notice is tried again');
      const isOver = Date.now() - createdAt.getTime() > noticeMailBounds.giveUpAfterMs;
      const noted = isOver
        ? this.repository.end(mail, 'undeliverable', name)
        : this.repository.fail(mail, name, noticeMailBounds);
      await noted.catch((failure: unknown) =>
        this.logger.warn({ err: failure, noticeId }, 'a mail waits for its claim to end'),
      );
    }
  }

  private async tried(mail: DueMail): Promise<{ state: MailEnd; why?: string }> {
    const recipient = await this.recipientOf(mail);
    if (recipient === 'owner') return { state: 'unwanted', why: 'told_as_owner' };
    if (recipient === undefined) return { state: 'undeliverable', why: 'nobody' };
    const { accountId, kind } = mail.notice;
    const unsubscribed = await this.preferences.unsubscribed(accountId, recipient.userId);
    if (isUnwanted(kind, recipient, unsubscribed))
      return { state: 'unwanted', why: 'unsubscribed' };
    try {
      await this.transport.send(await this.writer.write(mail, recipient));
    } catch (error) {
      if (error instanceof MailRefusal) return { state: 'undeliverable', why: 'refused' };
      throw error;
    }
    return { state: 'sent' };
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

/** What operators are shown of an error: its kind, and nothing of what it says. */
function failureName(error: unknown): string {
  if (error instanceof MailFailure) return error.code;
  return rpcErrorFrom(error)?.code ?? (error instanceof Error ? error.name : 'unknown');
}
