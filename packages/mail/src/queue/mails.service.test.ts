import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@modelbridge/service-kit/database';
import { KitModule } from '@modelbridge/service-kit/module';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { databaseConfig, httpConfig, loadConfig, logConfig } from '@modelbridge/service-kit/config';
import { eventually, startTestService, type TestService } from '@modelbridge/testing-kit';
import { z } from 'zod';
import { mailConfig } from '../sending/mail-config.js';
import { mailRefusal, noMailServer, TestMailServer } from '../testing/mail-server.js';
import type { MailKind, Writer } from './mail-kind.js';
import { MailModule, mailMigrationsDir } from './mail.module.js';
import { MailQueueRepository } from './mail-queue.repository.js';
import { Mails } from './mails.service.js';

const greeting: MailKind<{ to: number }> = {
  name: 'greeting',
  facts: z.object({ to: z.int() }),
};
const schema = z.object({ ...httpConfig, ...databaseConfig, ...logConfig, ...mailConfig });
const noMigrations = new URL('../testing/', import.meta.url);

let mailServer: TestMailServer;
let service: TestService<RunningService>;
let writer: Writer<{ to: number }>;
beforeAll(async () => {
  mailServer = await TestMailServer.start();
  service = await start();
});
afterAll(async () => {
  await service.close();
  await mailServer.close();
});
beforeEach(() => {
  writer = async ({ to }) => ({
    to: { name: '', address: `person-${to}@example.com` },
    letter: { subject: `Greeting ${to}`, paragraphs: ['Text'] },
    footer: 'Because.',
  });
  mailServer.before = () => undefined;
  mailServer.taken.length = 0;
});

async function start(beside?: TestService<RunningService>): Promise<TestService<RunningService>> {
  const replica = await startTestService({
    start: createService,
    name: 'mailer',
    options: (env) => {
      const config = loadConfig(schema, env);
      const database = {
        migrationsDir: noMigrations,
        migrationsOfPackages: [mailMigrationsDir],
      };
      const imports = [
        KitModule.forRoot({ name: 'mailer', config, database }),
        MailModule.forRoot(config),
      ];
      return { name: 'mailer', config, module: { module: class Mailer {}, imports } };
    },
    database: beside?.database ?? true,
    env: { ...noMailServer, SMTP_URL: mailServer.url },
  });
  replica.running.app.get(Mails).writtenBy(greeting, (facts) => writer(facts));
  return replica;
}

const mails = (): Mails => service.running.app.get(Mails);
const database = (): Database => service.running.app.get(Database);

let causes = 0;
async function add(to: number, cause = `cause ${++causes}`): Promise<string> {
  await database().transaction((tx) => mails().add(tx, greeting, cause, { to }));
  return cause;
}

const stateOf = (cause: string) =>
  database().query<{ state: string; attempts: number; why: string | null }>(
    'select state, attempts, last_error as why from mail where cause = $1',
    [cause],
  );

const messageIds = (): string[] =>
  mailServer.taken.map((mail) => /^Message-ID:\s*(\S+)/im.exec(mail)?.[1] ?? '');

describe('a mail', () => {
  it('goes out once its cause has happened, once however often that repeats', async () => {
    const cause = await add(1);
    await add(1, cause);
    await eventually(async () => expect(await stateOf(cause)).toMatchObject([{ state: 'sent' }]));
    expect(mailServer.taken).toHaveLength(1);
    expect(mailServer.taken[0]).toMatch(/^To: person-1@example\.com$/m);
    expect(mailServer.taken[0]).toContain('Hello,');
    const undone = database().transaction(async (tx) => {
      await mails().add(tx, greeting, 'undone', { to: 2 });
      throw new Error('not so');
    });
    await expect(undone).rejects.toThrow('not so');
    expect(await stateOf('undone')).toEqual([]);
  });

  it('is sent by one of two replicas that look at the same time', async () => {
    const second = await start(service);
    try {
      mailServer.before = () => {
        throw mailRefusal(451);
      };
      const added = await Promise.all(Array.from({ length: 30 }, (_, to) => add(to)));
      await mails().send();
      mailServer.before = () => undefined;
      await database().execute(`update mail set due_at = now() where state = 'pending'`);
      await Promise.all([mails(), second.running.app.get(Mails)].map((one) => one.send()));
      for (const cause of added) {
        await eventually(async () =>
          expect(await stateOf(cause)).toMatchObject([{ state: 'sent' }]),
        );
      }
      expect([messageIds().length, new Set(messageIds()).size]).toEqual([30, 30]);
    } finally {
      await second.close();
    }
  });

  it('comes again under the same Message-ID where nobody noted that it went out', async () => {
    const cause = await add(3);
    await eventually(async () => expect(await stateOf(cause)).toMatchObject([{ state: 'sent' }]));
    await database().execute(
      `update mail set state = 'pending', ended_at = null, due_at = now() where cause = $1`,
      [cause],
    );
    await mails().send();
    await eventually(() => expect(messageIds()).toHaveLength(2));
    expect(new Set(messageIds()).size).toBe(1);
  });

  it('is tried again where the server or the writer fails, and no address is kept', async () => {
    mailServer.before = () => {
      throw mailRefusal(451);
    };
    const refused = await add(4);
    await eventually(async () =>
      expect(await stateOf(refused)).toEqual([{ state: 'pending', attempts: 1, why: 'EMESSAGE' }]),
    );
    mailServer.before = () => undefined;
    writer = () => Promise.reject(new RangeError('person-5@example.com'));
    const unwritten = await add(5);
    await eventually(async () =>
      expect(await stateOf(unwritten)).toEqual([
        { state: 'pending', attempts: 1, why: 'RangeError' },
      ]),
    );
    const [{ all }] = (await database().query<{ all: string }>(
      'select jsonb_agg(mail)::text as all from mail',
    )) as [{ all: string }];
    expect(all).not.toContain('@');
  });

  it('is not sent where the writer says that it is needed no more', async () => {
    writer = () => Promise.resolve({ state: 'unwanted', why: 'over' });
    const cause = await add(6);
    await eventually(async () =>
      expect(await stateOf(cause)).toMatchObject([{ state: 'unwanted', why: 'over' }]),
    );
    expect(mailServer.taken).toEqual([]);
  });

  it('keeps no facts but those of its kind', async () => {
    const wrong = { to: 'person@example.com' } as unknown as { to: number };
    const added = database().transaction((tx) => mails().add(tx, greeting, 'wrong', wrong));
    await expect(added).rejects.toThrow(/expected number/);
  });

  it('is removed some time after it has ended, and not while it waits', async () => {
    mailServer.before = () => {
      throw mailRefusal(451);
    };
    const waiting = await add(7);
    await eventually(async () => expect(await stateOf(waiting)).toMatchObject([{ attempts: 1 }]));
    mailServer.before = () => undefined;
    const ended = await add(8);
    await eventually(async () => expect(await stateOf(ended)).toMatchObject([{ state: 'sent' }]));
    const repository = service.running.app.get(MailQueueRepository, { strict: false });
    await repository.removeEnded(3_600_000);
    expect(await stateOf(ended)).toHaveLength(1);
    await database().execute(`update mail set created_at = now() - interval '2 hours',
      ended_at = case when ended_at is null then null else now() - interval '2 hours' end`);
    await repository.removeEnded(3_600_000);
    expect([await stateOf(ended), await stateOf(waiting)]).toEqual([[], [expect.anything()]]);
  });
});
