import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { mailBounds } from './bounds.js';
import type { MailConfig } from './mail-config.js';
import type { Mail } from './mail.js';
import { mailServerOf } from './mail-server.js';

/** The mail server does not want this mail, now or later. */
export class MailRefusal extends Error {}

/** Nothing that a mail server said is in here: it may quote an address. */
export class MailFailure extends Error {
  constructor(readonly code: string) {
    super(`a mail could not be handed over: ${code}`);
    this.name = 'MailFailure';
  }
}

/** Hands mails to the mail server. */
export class MailTransport implements OnApplicationShutdown {
  private readonly transport;

  constructor(private readonly config: MailConfig) {
    const { atOnce, connectMs, silenceMs } = mailBounds;
    this.transport = createTransport({
      ...mailServerOf(config.SMTP_URL),
      pool: true,
      maxConnections: atOnce,
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      dnsTimeout: connectMs,
      socketTimeout: silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Resolves when the mail server has taken it. Throws MailRefusal for one that it will never take, else MailFailure. */
  async send(mail: Mail): Promise<void> {
    const sending = this.transport.sendMail({
      ...mail,
      from: this.config.MAIL_FROM,
      headers: { ...mail.headers, 'Auto-Submitted': 'auto-generated' },
    });
    const outcome = sending.then(
      () => undefined,
      (error: unknown) => failureOf(error),
    );
    const tooLate = delay(mailBounds.sendMs, new MailFailure('timeout'), { ref: false });
    const failure = await Promise.race([outcome, tooLate]);
    if (failure !== undefined) throw failure;
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

function failureOf(error: unknown): Error {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const isAboutTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const isFinal = typeof responseCode === 'number' && responseCode >= 500;
  if (isAboutTheMail && isFinal) return new MailRefusal();
  return new MailFailure(typeof code === 'string' ? code : 'unknown');
}
