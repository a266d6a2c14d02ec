import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail server whose answers a test decides. */
export class TestMailServer {
  /** Mails that it took, whole. */
  readonly taken: string[] = [];
  /** Called for each mail before it is answered; what it throws is the answer. */
  before: () => void | Promise<void> = () => undefined;
  private readonly server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username }, _session, answer) => answer(null, { user: username }),
    onData: (stream, _session, answer) => {
      void buffer(stream)
        .then(async (mail) => {
          await this.before();
          this.taken.push(mail.toString());
          answer();
        })
        .catch((error: Error) => answer(error));
    },
  });

  static async start(): Promise<TestMailServer> {
    const mailServer = new TestMailServer();
    await once(mailServer.server.listen(0, '127.0.0.1'), 'listening');
    return mailServer;
  }

  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://user:password@127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return new Promise((closed) => this.server.close(closed));
  }
}

/** An answer of a mail server that quotes the address, as they do. */
export function mailRefusal(responseCode: number): Error {
  return Object.assign(new Error('<ada@example.com> not now'), { responseCode });
}

/** The variables of a service that has no mail server. */
export const noMailServer = {
  SMTP_URL: 'smtp://nobody:nothing@127.0.0.1:1',
  MAIL_FROM: 'ModelBridge <hello@modelbridge.test>',
  APP_URL: 'http://127.0.0.1:1',
};
