import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import type { Metrics } from '@modelbridge/service-kit/metrics';
import { mailBounds } from './bounds.js';
import { MailFailure, MailRefusal, type MailTransport } from './mail-transport.js';
import type { Mail, Unsent } from './mail.js';

/** A mail that is to be sent now. */
export interface DueMail {
  /** What the log calls it: an id, nothing of whom it is for. */
  name: string;
  createdAt: Date;
}

/** Where mails wait to be sent. */
export interface MailQueue<Due extends DueMail> {
  /** Takes mails that are due: others do not get them for as long as the claim lasts. */
  claimDue(limit: number, claimMs: number): Promise<Due[]>;
  end(mail: Due, state: 'sent' | Unsent['state'], why?: string): Promise<void>;
  /** Plans the next attempt of a mail that could not be sent. */
  fail(mail: Due, error: string, retry: { retryMs: number; retryMostMs: number }): Promise<void>;
}

interface MailSenderParts<Due extends DueMail> {
  queue: MailQueue<Due>;
  /** Asked when a mail is sent: what it says, to whom, and whether it is still wanted. Rejects where it cannot be known. */
  write: (mail: Due) => Promise<Mail | Unsent>;
  transport: MailTransport;
  logger: Logger;
  metrics: Metrics;
}

/** Sends the mails of a queue: any number of replicas, each mail by one of them at a time, until a mail server has it. */
export class MailSender<Due extends DueMail> {
  private readonly loop: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly ended;
  private readonly failures;

  constructor(private readonly parts: MailSenderParts<Due>) {
    const { metrics, logger } = parts;
    this.ended = metrics.counter({
      name: 'modelbridge_mails_total',
      help: 'Mails that need no further attempt, by how they ended',
      labelNames: ['state'],
    });
    this.failures = metrics.counter({
      name: 'modelbridge_mail_failures_total',
      help: 'Attempts to send a mail that failed and are repeated',
    });
    this.loop = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'mails could not be looked for'),
    );
  }

  start(): void {
    this.timer = setInterval(() => void this.loop.kick(), mailBounds.sweepEveryMs);
  }

  /** Mails under way are still given to the mail server and noted: what is not is sent by another process later. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Resolves when every mail that was due has been tried. */
  send(): Promise<void> {
    return this.loop.kick();
  }

  private async sweep(): Promise<void> {
    const { sweepBatch, claimMs, atOnce } = mailBounds;
    while (!this.stopped) {
      const due = await this.parts.queue.claimDue(sweepBatch, claimMs);
      const isLast = due.length < sweepBatch;
      const lanes = Array.from({ length: atOnce }, async () => {
        for (let mail = due.shift(); mail !== undefined; mail = due.shift())
          await this.attempt(mail);
      });
      await Promise.all(lanes);
      if (isLast) return;
    }
  }

  private async attempt(mail: Due): Promise<void> {
    const { queue, logger } = this.parts;
    const { name, createdAt } = mail;
    try {
      const { state, why } = await this.tried(mail);
      await queue.end(mail, state, why);
      this.ended.inc({ state });
      if (state === 'undeliverable') logger.warn({ mail: name, why }, 'a mail reaches nobody');
    } catch (error) {
      this.failures.inc();
      const failure = failureName(error);
      logger.warn({ mail: name, failure }, 'a mail is tried again');
      const isOver = Date.now() - createdAt.getTime() > mailBounds.giveUpAfterMs;
      const noted = isOver
        ? queue.end(mail, 'undeliverable', failure)
        : queue.fail(mail, failure, mailBounds);
      await noted.catch((err: unknown) =>
        logger.warn({ err, mail: name }, 'a mail waits for its claim to end'),
      );
    }
  }

  private async tried(mail: Due): Promise<{ state: 'sent'; why?: string } | Unsent> {
    const written = await this.parts.write(mail);
    if ('state' in written) return written;
    try {
      await this.parts.transport.send(written);
    } catch (error) {
      if (error instanceof MailRefusal) return { state: 'undeliverable', why: 'refused' };
      throw error;
    }
    return { state: 'sent' };
  }
}

/** What operators are shown of an error: its kind, and nothing of what it says. */
function failureName(error: unknown): string {
  if (error instanceof MailFailure) return error.code;
  return rpcErrorFrom(error)?.code ?? (error instanceof Error ? error.name : 'unknown');
}
