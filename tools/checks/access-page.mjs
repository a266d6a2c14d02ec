// Holds the tables of docs/access.md against those of packages/contracts/src/access; --write brings them up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import {
  natsUsers,
  natsUses,
  needsReason,
  rpcCallers,
  staffPrincipal,
  staffRoleOf,
  staffRoles,
} from '../../packages/contracts/dist/access/index.js';

const file = 'docs/access.md';

const listed = (names) => names.map((name) => `\`${name}\``).join(', ');
const row = (cells) => `| ${cells.join(' | ')} |\n`;

const methods = Object.entries(rpcCallers).flatMap(([service, callers]) =>
  Object.entries(callers).map(([name, allowed]) => {
    const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const [owner] = service.split('.');
    return { head: [`\`${owner}\``, `\`${method}\``], allowed, path: `/${service}/${method}` };
  }),
);

const tables = {
  Methods: methods.map(({ head, allowed }) => [
    ...head,
    listed(allowed.filter((name) => staffRoleOf(name) === undefined)),
  ]),
  'At NATS': natsUsers.map((user) => [
    `\`${user}\``,
    ...['publishes', 'consumes', 'hears'].map((use) =>
      listed(natsUses[user][use].map(({ subject }) => subject)),
    ),
  ]),
  Staff: methods
    .filter(({ allowed }) => allowed.some(staffRoleOf))
    .map(({ head, allowed, path }) => [
      ...head,
      needsReason(path) ? 'yes' : '',
      ...staffRoles.map((role) => (allowed.includes(staffPrincipal(role)) ? 'yes' : '')),
    ]),
};

const page = readFileSync(file, 'utf8');
let fresh = page;
for (const [heading, rows] of Object.entries(tables)) {
  const [before, after] = fresh.split(`\n## ${heading}\n`);
  // The rows below the line of dashes.
  const filled = after.replace(
    /(\n\|[ |-]+\|\n)(\|.*\n)*/,
    (_, dashes) => dashes + rows.map(row).join(''),
  );
  fresh = `${before}\n## ${heading}\n${filled}`;
}
fresh = await prettier.format(fresh, { ...(await prettier.resolveConfig(file)), filepath: file });

if (fresh === page) console.log(`${file} says what the tables say.`);
else if (process.argv.includes('--write')) writeFileSync(file, fresh);
else {
  console.error(`${file} is out of date. Run: pnpm generate`);
  process.exitCode = 1;
}
