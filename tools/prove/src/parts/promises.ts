import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { newPart, type Part } from '../part.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Each sentence of the policy has a row, and each row a test that is there. */
export function checkPromises(): Part {
  const part = newPart('The page of promises');
  const run = spawnSync(process.execPath, ['tools/checks/promises.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [summary = '', ...unkept] = run.stdout.split('\n').filter((line) => line !== '');
  part.facts['page'] = summary;
  part.notProved.push(...unkept, 'that the tests pass: npm test says so');
  if (run.status !== 0) part.problems.push(...run.stderr.split('\n').filter((line) => line !== ''));
  return part;
}
