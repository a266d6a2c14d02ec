import type { Stack } from '@modelbridge/launcher';
import { commandLine } from '@modelbridge/ops';

export interface CommandResult {
  code: number;
  output: string;
  /** What it said beside its answer. */
  remarks: string;
}

/** The operators' command line, in this process: that it runs as one is told by the tests of tools/ops and of the launcher. */
async function run(
  command: string,
  stack: Pick<Stack, 'state'>,
  args: string[],
): Promise<CommandResult> {
  const printed = { output: '', remarks: '' };
  const code = await commandLine(command, [...args, '--state', stack.state], {
    stdout: { write: (text) => (printed.output += text) },
    stderr: { write: (text) => (printed.remarks += text) },
  });
  return { code, ...printed };
}

/** `npm run ops -- ...`, whose one line of output is JSON; throws when it fails. */
export async function ops<T>(stack: Pick<Stack, 'state'>, ...args: string[]): Promise<T> {
  const { code, output, remarks } = await run('ops', stack, args);
  if (code !== 0) throw new Error(`ops ${args.join(' ')}: ${code} ${output}${remarks}`);
  return JSON.parse(output) as T;
}

/** `npm run ops -- ...` that is to fail: what it says. */
export async function refusedOps(
  stack: Pick<Stack, 'state'>,
  ...args: string[]
): Promise<{ code: number; error: { code: string; field: string | null } }> {
  const { code, output } = await run('ops', stack, args);
  return { code, ...(JSON.parse(output) as { error: { code: string; field: string | null } }) };
}

/** `npm run verify`: its exit code and a line for each invariant. */
export async function verify(stack: Pick<Stack, 'state'>): Promise<CommandResult> {
  return run('verify', stack, []);
}

/** What a new system has nothing of: payments at Stripe, and receipts of what was destroyed. */
export const mayBeEmpty = ['I7', 'I8'];

/** How many of each invariant were checked and how many violations there are. */
export function findings(output: string): Record<string, { checked: number; violations: number }> {
  const lines = output.matchAll(/^(I\d) \w+: (\d+) checked, (\d+) violations/gm);
  return Object.fromEntries(
    [...lines].map(([, name = '', checked, violations]) => [
      name,
      { checked: Number(checked), violations: Number(violations) },
    ]),
  );
}

export interface Account {
  userId: string;
  accountId: string;
  keyId: string;
  apiKey: string;
}

let accounts = 0;

export function createAccount(
  stack: Pick<Stack, 'state'>,
  { balanceUsd, plan }: { balanceUsd: string; plan?: string },
): Promise<Account> {
  accounts += 1;
  return ops<Account>(
    stack,
    ...['account', 'create', '--email', `caller${accounts}@example.com`],
    ...['--name', `Caller ${accounts}`, '--balance-usd', balanceUsd],
    ...(plan === undefined ? [] : ['--plan', plan]),
  );
}
