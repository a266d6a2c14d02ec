import { connectionOptions } from './connection/connection-flags.js';
import { piecesFor, type ServiceName } from './connection/pieces.js';
import type { OpsCommand } from './ops-command.js';

const CALL = 'npm run ops -- [--state DIR | --auth HOST:PORT ...]';

/** Whether help is asked for, instead of a run. */
export function asksForHelp(args: string[]): boolean {
  return args.some((arg) => arg === '--help' || arg === '-h');
}

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
}

/** The flags that say where these services are. */
export function connectionHelp(services: readonly ServiceName[]): string {
  return columns(connectionOptions(piecesFor(services)));
}

/** What every command does. */
export function overview(commands: Record<string, OpsCommand>): string {
  const rows = Object.entries(commands).map(([name, { summary }]): [string, string] => [
    name,
    summary,
  ]);
  return (
    `Usage: ${CALL} COMMAND [--flag VALUE ...]\n\n${columns(rows)}\n` +
    'Each prints one line of JSON: its answer, or {"error": {code, field, message}} with exit code 1.\n' +
    'COMMAND --help tells more of one. npm run verify checks the books of the whole system.\n' +
    'In a cluster: node tools/ops/dist/main.js ops COMMAND ..., see tools/ops/README.md.\n'
  );
}

/** What one command does, takes and prints. */
export function commandHelp({ usage, summary, options, prints, uses }: OpsCommand): string {
  return `Usage: ${CALL} ${usage}\n\n${summary}\n\n${columns(options)}\n${connectionHelp(uses)}\nPrints ${prints}\n`;
}
