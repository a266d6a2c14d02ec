import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { newPart, type Part } from '../part.js';
import { rowsOf } from '../system/databases.js';
import type { System } from '../system/open-system.js';

const lifeDays = 30;
const dayMs = 24 * 60 * 60_000;

/** Keys and content of days that are over are gone: as retention says, and as its keys and tables say without it. */
export async function checkEndedDays(system: System, now = new Date()): Promise<Part> {
  const part = newPart('Days that are over');
  const check = await system.as('admin').retention.receipts.checkDeletions({});
  part.facts['receipts and days that retention checked'] = Number(check.checked);
  if (check.violations > 0n) part.problems.push(...check.examples);

  const newestOver = new Date(now.getTime() - lifeDays * dayMs).toISOString().slice(0, 10);
  const keyring = join(system.state, 'keyring');
  if (existsSync(keyring)) {
    const days = readdirSync(keyring).flatMap((name) => /^day-(\S+)$/.exec(name)?.[1] ?? []);
    part.facts['day keys that there are'] = days.length;
    for (const day of days.filter((one) => one <= newestOver))
      part.problems.push(`the key of ${day} is still in the keyring`);
  } else {
    part.notProved.push('day keys as files: the keyring is no directory of this state');
  }
  const sql = 'select count(*)::int as over from content where day <= $1::date';
  const [row] = await rowsOf<{ over: number }>(system, 'retention', sql, [newestOver]);
  if ((row?.over ?? 0) > 0) part.problems.push(`${row?.over} contents of days that are over`);
  const ended = "select count(*)::int as ended from receipt where kind = 'content_day'";
  const [days] = await rowsOf<{ ended: number }>(system, 'retention', ended);
  part.facts['days whose keys were destroyed'] = days?.ended ?? 0;
  if (days?.ended === 0)
    part.notProved.push('the end of a day: this system has not been there for 30 days');
  return part;
}
