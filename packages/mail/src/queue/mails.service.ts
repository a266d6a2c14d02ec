import type { Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { MailConfig } from '../sending/mail-config.js';
import { MailSender } from '../sending/mail-sender.js';
import { MailTransport } from '../sending/mail-transport.js';
import { messageIdOf, type Mail, type Unsent } from '../sending/mail.js';
import { htmlOf, textOf } from '../writing/layout.js';
import { queueBounds } from './bounds.js';
import type { MailKind, Writer } from './mail-kind.js';
import {
  MailQueueRepository,
  type MailStanding,
  type QueuedMail,
} from './mail-queue.repository.js';

export const MAIL_CONFIG = Symbol('MailConfig');

/** The mails of a service: kept with their cause, written when they are sent. */
@Injectable()
export class Mails implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly writers = new Map<string, (facts: unknown) => ReturnType<Writer<unknown>>>();
  private readonly sender: MailSender<QueuedMail>;
  private pruning: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MAIL_CONFIG) private readonly config: MailConfig,
    private readonly queue: MailQueueRepository,
    private readonly logger: Logger,
    transport: MailTransport,
    metrics: Metrics,
  ) {
    const write = (mail: QueuedMail) => this.written(mail);
    this.sender = new MailSender({ queue, write, transport, logger, metrics });
  }

  /** In the transaction of the cause: it is sent if and only if that commits, and once for each kind and cause. */
  async add<Facts>(tx: Tx, kind: MailKind<Facts>, cause: string, facts: Facts): Promise<void> {
    await this.queue.add(tx, kind.name, cause, kind.facts.parse(facts));
    tx.afterCommit(() => void this.sender.send());
  }

  /** The same, of many. */
  async addAll<Facts>(
    tx: Tx,
    kind: MailKind<Facts>,
    mails: readonly { cause: string; facts: Facts }[],
  ): Promise<void> {
    const checked = mails.map(({ cause, facts }) => ({ cause, facts: kind.facts.parse(facts) }));
    await this.queue.addAll(tx, kind.name, checked);
    tx.afterCommit(() => void this.sender.send());
  }

  /** How the mails of a kind stand whose causes begin so; those that ended 30 days ago are forgotten. */
  standing(kind: MailKind<unknown>, causePrefix: string): Promise<MailStanding> {
    return this.queue.standing(kind.name, causePrefix);
  }

  /** Tries mails again that were given up, but those that ended for one of these reasons. */
  async sendAgain(
    kind: MailKind<unknown>,
    causePrefix: string,
    finalReasons: readonly string[],
  ): Promise<void> {
    await this.queue.sendAgain(kind.name, causePrefix, finalReasons);
  }

  /** Says who writes the mails of a kind: when the service is put together, before any is sent. */
  writtenBy<Facts>(kind: MailKind<Facts>, writer: Writer<Facts>): void {
    this.writers.set(kind.name, async (facts) => writer(kind.facts.parse(facts)));
  }

  /** Removes what tells of a person who is erased, by the ids that mails of theirs hold; how many. */
  removeAbout(tx: Tx, ids: readonly string[]): Promise<number> {
    return this.queue.removeAbout(tx, ids);
  }

  /** Resolves when every mail that was due has been tried. */
  send(): Promise<void> {
    return this.sender.send();
  }

  onApplicationBootstrap(): void {
    this.sender.start();
    this.pruning = setInterval(() => void this.prune(), queueBounds.pruneEveryMs);
  }

  onApplicationShutdown(): void {
    this.sender.stop();
    clearInterval(this.pruning);
  }

  private async prune(): Promise<void> {
    await this.queue
      .removeEnded(queueBounds.endedKeptMs)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'old mails stay for now'));
  }

  private async written({ id, kind, facts }: QueuedMail): Promise<Mail | Unsent> {
    const write = this.writers.get(kind);
    if (write === undefined) throw new TypeError(`nobody writes mails of the kind ${kind}`);
    const draft = await write(facts);
    if ('state' in draft) return draft;
    const { to, letter, footer } = draft;
    const envelope = { name: to.name, footer };
    return {
      messageId: messageIdOf(`${kind}.${id}`, this.config.MAIL_FROM),
      to,
      subject: letter.subject,
      text: textOf(letter, envelope),
      html: htmlOf(letter, envelope),
      headers: {},
    };
  }
}
