import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

export function logFileOf(logs: string, name: string): string {
  return join(logs, `${name}.log`);
}

/** Begins new logs and keeps those of the start before as `<name>.previous.log`. */
export async function rotateLogs(logs: string, names: string[]): Promise<void> {
  await mkdir(logs, { recursive: true, mode: 0o700 });
  for (const name of names) {
    await rename(logFileOf(logs, name), join(logs, `${name}.previous.log`)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
  }
}

/** One line of a log for people: of a structured one, its message and its error's. */
export function readableLine(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message].filter((text) => text !== undefined).join(': ');
  } catch {
    return line;
  }
}

/** The last lines of a log, for a message that says why a process did not start. */
export async function lastLines(logFile: string, count: number): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .filter((line) => line !== '')
    .map(readableLine);
}
