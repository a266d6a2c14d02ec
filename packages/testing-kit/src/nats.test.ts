import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { natsAuthorization, natsUsers } from '@modelbridge/contracts/access';
import { findNatsServer } from '@modelbridge/local-stack';
import { temporaryDirectory } from './run-directory.js';

const variableOf = (user: string): string => `NATS_${user.toUpperCase().replaceAll('-', '_')}`;

it('nats-server takes the authorization block, with passwords from its environment', async () => {
  const file = join(await temporaryDirectory('nats-conf'), 'nats.conf');
  await writeFile(
    file,
    natsAuthorization((user) => `$${variableOf(user)}`),
  );
  const { path } = await findNatsServer();
  const check = (users: readonly string[]) =>
    spawnSync(path, ['-t', '-c', file], {
      env: Object.fromEntries(users.map((user) => [variableOf(user), 'a-password'])),
      encoding: 'utf8',
    });
  expect(check(natsUsers)).toMatchObject({ status: 0 });
  const [missing = '', ...rest] = natsUsers;
  const refusal = check(rest);
  expect(refusal.status).not.toBe(0);
  expect(refusal.stderr).toContain(variableOf(missing));
});
