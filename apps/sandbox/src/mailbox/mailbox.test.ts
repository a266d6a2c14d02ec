import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { TestSandbox } from '../testing/test-sandbox.js';
import { mailboxBounds } from './bounds.js';
import { Mailbox } from './mailbox.js';
import type { Message } from './message.js';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await TestSandbox.start();
});
afterAll(() => sandbox.close());
beforeEach(() => fetch(`${sandbox.url}/mail/messages`, { method: 'DELETE' }));

const mail = {
  from: 'ModelBridge <billing@example.com>',
  to: 'Ada <ada@example.com>',
  subject: 'Grüße & <b>',
  text: 'as text',
  html: '<p onclick="x">as <script>alert(1)</script> HTML</p>',
  messageId: '<one@example.com>',
  headers: { 'List-Unsubscribe': '<https://app.example.com/u>' },
};

async function send(url: string, values: object = {}): Promise<void> {
  const transport = createTransport(url);
  try {
    await transport.sendMail({ ...mail, ...values });
  } finally {
    transport.close();
  }
}

async function messages(to = ''): Promise<Message[]> {
  const answer = await fetch(`${sandbox.url}/mail/messages${to && `?to=${to}`}`);
  return ((await answer.json()) as { messages: Message[] }).messages;
}

describe('the mailbox', () => {
  it('keeps what is sent, and shows it as JSON', async () => {
    await send(sandbox.smtpUrl);
    await send(sandbox.smtpUrl, { to: 'bob@example.com', subject: 'second' });
    expect((await messages()).map(({ subject }) => subject)).toEqual(['second', 'Grüße & <b>']);
    expect(await messages('ADA@example.com')).toMatchObject([
      {
        to: ['ada@example.com'],
        messageId: '<one@example.com>',
        headers: { 'list-unsubscribe': '<https://app.example.com/u>' },
        text: expect.stringContaining('as text'),
      },
    ]);
  });

  it.each([
    ['another password', (url: string) => url.replace('of%20the', 'of%20no')],
    ['another user', (url: string) => url.replace('//sandbox', '//somebody')],
    ['no password', (url: string) => url.replace(/\/\/.*@/, '//')],
  ])('takes nothing with %s', async (_, wrong) => {
    await expect(send(wrong(sandbox.smtpUrl))).rejects.toThrow(/535|530|Auth/i);
    expect(await messages()).toEqual([]);
  });

  it('takes no message that is too large', async () => {
    const text = 'x'.repeat(mailboxBounds.messageBytes + 1);
    await expect(send(sandbox.smtpUrl, { text })).rejects.toThrow(/552/);
  });

  it('shows HTML in a frame that may do nothing', async () => {
    await send(sandbox.smtpUrl);
    const [{ id } = { id: 0 }] = await messages();
    const page = await (await fetch(`${sandbox.url}/mail/${id}`)).text();
    expect(page).toContain(`<iframe sandbox title="The mail as HTML" src="/mail/${id}/html">`);
    expect(page).toContain('Grüße &amp; &lt;b&gt;');
    expect(page).not.toContain('<script>');
    const frame = await fetch(`${sandbox.url}/mail/${id}/html`);
    expect(frame.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(await (await fetch(`${sandbox.url}/mail`)).text()).toContain(`href="/mail/${id}"`);
    expect((await fetch(`${sandbox.url}/mail/999999`)).status).toBe(404);
  });

  it('forgets the oldest', () => {
    const mailbox = new Mailbox();
    const message = { from: '', to: [], messageId: '', headers: {}, text: '', html: '' };
    for (let count = 1; count <= mailboxBounds.messages + 1; count += 1) {
      mailbox.add({ ...message, subject: String(count) });
    }
    const kept = mailbox.list();
    expect([kept.length, kept.at(0)?.subject, kept.at(-1)?.subject]).toEqual([1_000, '1001', '2']);
  });
});
