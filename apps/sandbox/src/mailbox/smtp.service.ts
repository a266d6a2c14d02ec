import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Logger } from '@modelbridge/service-kit/logging';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { mailboxBounds } from './bounds.js';
import { Mailbox } from './mailbox.js';
import { messageOf, type Envelope } from './message.js';

/** A mail server that delivers everything to the mailbox, for who knows its password. */
@Injectable()
export class SmtpService implements OnModuleInit, OnApplicationShutdown {
  private readonly server: SMTPServer;

  constructor(
    @Inject(SANDBOX_CONFIG) private readonly config: SandboxConfig,
    private readonly mailbox: Mailbox,
    logger: Logger,
  ) {
    this.server = new SMTPServer({
      // On this machine alone, and without a certificate: no TLS.
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      authMethods: ['PLAIN', 'LOGIN'],
      disableReverseLookup: true,
      size: mailboxBounds.messageBytes,
      maxClients: mailboxBounds.connections,
      closeTimeout: mailboxBounds.closeMs,
      logger: false,
      onAuth: ({ username, password }, _session, answer) => {
        const isRight =
          same(username, config.SANDBOX_SMTP_USER) && same(password, config.SANDBOX_SMTP_PASSWORD);
        answer(isRight ? null : refusal(535, 'wrong user or password'), { user: username });
      },
      onRcptTo: (_address, { envelope }, answer) =>
        answer(
          envelope.rcptTo.length >= mailboxBounds.recipients
            ? refusal(452, 'too many recipients')
            : null,
        ),
      onData: (stream, session, answer) => {
        this.take(stream, session).then(
          () => answer(),
          (error: Error) => answer(error),
        );
      },
    });
    this.server.on('error', (error: Error) =>
      logger.warn({ err: error }, 'an SMTP connection failed'),
    );
  }

  async onModuleInit(): Promise<void> {
    const { HOST, SANDBOX_SMTP_PORT } = this.config;
    await once(this.server.listen(SANDBOX_SMTP_PORT, HOST), 'listening');
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async onApplicationShutdown(): Promise<void> {
    await new Promise<void>((closed) => this.server.close(closed));
  }

  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    if (stream.sizeExceeded) throw refusal(552, 'the message is too large');
    const addresses: Envelope = {
      from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
      to: envelope.rcptTo.map(({ address }) => address),
    };
    this.mailbox.add(await messageOf(raw, addresses));
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function same(given: string | null | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}
