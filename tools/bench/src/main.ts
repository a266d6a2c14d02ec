import { activity } from './activity/activity.js';
import { invoicing } from './billing/invoicing.js';
import { reconciliation } from './billing/reconciliation.js';
import { webhooks } from './billing/webhooks.js';
import { capture } from './capture.js';
import { catchUp } from './catch-up/catch-up.js';
import { type Command, UsageError } from './command.js';
import { usageExport } from './export/usage-export.js';
import { gateway } from './gateway/gateway.js';
import { grants } from './grants.js';
import { ingest } from './ingest.js';
import { largeBodies } from './large-bodies.js';
import { keyCheck } from './key-check.js';
import { isolation } from './isolation.js';
import { Lifetime } from './lifetime.js';
import { overload } from './overload.js';
import { promptCache } from './prompt-cache.js';
import { revocation } from './revocation.js';
import { sandbox } from './sandbox.js';
import { start } from './start.js';
import { sweep } from './sweep.js';
import { translate } from './translate/translate.js';

const commands: Record<string, Command> = {
  gateway,
  sandbox,
  grants,
  ingest,
  activity,
  start,
  translate,
  'catch-up': catchUp,
  'prompt-cache': promptCache,
  'large-bodies': largeBodies,
  overload,
  isolation,
  revocation,
  'key-check': keyCheck,
  capture,
  export: usageExport,
  webhooks,
  reconciliation,
  invoicing,
  sweep,
};
const INTERRUPTED = 130;

function help(): string {
  const lines = Object.entries(commands).flatMap(([name, { summary, options }]) => [
    `  ${name.padEnd(12)} ${summary}`,
    ...Object.entries(options).map(
      ([option, { default: value, help: text }]) =>
        `      --${option.padEnd(14)} ${text}${typeof value === 'number' ? ` (${value})` : ''}`,
    ),
  ]);
  return ['Usage: pnpm bench <name> [options]', '', ...lines, ''].join('\n');
}

async function main([name = '', ...args]: string[], lifetime: Lifetime): Promise<number> {
  const command = commands[name];
  if (!command || args.includes('--help')) {
    process.stdout.write(help());
    return command || ['', '--help', 'help'].includes(name) ? 0 : 2;
  }
  try {
    await command.run(args, lifetime);
    return 0;
  } catch (error) {
    const told =
      error instanceof UsageError ? `${error.message} See pnpm bench --help.` : describe(error);
    process.stderr.write(`${told}\n`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    await lifetime.end();
  }
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const lifetime = new Lifetime();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    process.stderr.write('\nstopping …\n');
    void lifetime.end().then(() => process.exit(INTERRUPTED));
  });
}
const code = await main(process.argv.slice(2), lifetime);
process.exit(interrupted ? INTERRUPTED : code);
