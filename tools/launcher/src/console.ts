const plain = !process.stdout.isTTY || process.env['NO_COLOR'] !== undefined;

function styled(code: number): (text: string) => string {
  return (text) => (plain ? text : `\u001b[${code}m${text}\u001b[0m`);
}

export const bold = styled(1);
export const dim = styled(2);
const green = styled(32);
const yellow = styled(33);
const red = styled(31);

/** Seconds as people read them. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function done(label: string, ms?: number): void {
  say(`  ${green('✓')} ${label.padEnd(44)}${ms === undefined ? '' : dim(seconds(ms).padStart(8))}`);
}

export function working(label: string): void {
  say(`  ${dim('·')} ${label}`);
}

export function warn(label: string): void {
  say(`  ${yellow('!')} ${label}`);
}

/** A line of a table; one that is wrong stands out. */
export function row(text: string, isWrong: boolean): void {
  say(isWrong ? `  ${red('✗')} ${red(text)}` : `    ${dim(text)}`);
}

/** A failure, to standard error: what happened, then what can be done. */
export function fail(message: string): void {
  process.stderr.write(`\n  ${red('✗')} ${message.replaceAll('\n', '\n    ')}\n\n`);
}

/** Runs one step of the start and says when it is done and how long it took. */
export async function step<T>(label: string, run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await run();
  done(label, performance.now() - startedAt);
  return result;
}
