// Steps of the set-up, shown as they run.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const TOOLS = path.join(ROOT, '.local', 'tools');
const SHOWN_ON_FAILURE = 40;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

// What `ops` and `verify` print is for a program to read.
export const out = ['ops', 'verify'].includes(process.argv[2] ?? '')
  ? process.stderr
  : process.stdout;

export const childEnvironment = {
  ...process.env,
  PATH: `${path.join(TOOLS, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

/** A failure that a person can do something about. */
export class SetupError extends Error {}

/** Shows the newest line of a running command: in place on a terminal, now and then elsewhere. */
function progress() {
  let shownAt = performance.now();
  return {
    show(line) {
      const text = line.trim().slice(0, 90);
      if (text === '') return;
      if (out.isTTY) {
        out.write(`\r\u001b[K    ${text}`);
      } else if (performance.now() - shownAt > 5_000) {
        shownAt = performance.now();
        out.write(`    ${text}\n`);
      }
    },
    clear() {
      if (out.isTTY) out.write('\r\u001b[K');
    },
  };
}

/** One Ctrl-C may arrive twice, and what it stopped is still to be cleaned up. */
export function ignoreStopSignals() {
  for (const signal of STOP_SIGNALS) process.on(signal, () => undefined);
}

/** Runs one step of the set-up; its output is shown only when it fails. */
export async function step(label, program, programArgs) {
  out.write(`  · ${label}\n`);
  const startedAt = performance.now();
  const display = progress();
  const lines = [];
  const child = spawn(program, programArgs, {
    cwd: ROOT,
    env: childEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      for (const line of text.split(/[\r\n]+/)) {
        lines.push(line);
        display.show(line);
      }
      lines.splice(0, Math.max(0, lines.length - 4 * SHOWN_ON_FAILURE));
    });
  }
  const code = await exitOf(child);
  display.clear();
  if (wasStopped(code)) process.exit(code);
  if (code !== 0) {
    throw new SetupError(`${label}: failed (${program} ended with ${code}).\n${tail(lines)}`);
  }
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  out.write(`  ✓ ${label.padEnd(44)}${`${took} s`.padStart(8)}\n`);
}

function tail(lines) {
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN_ON_FAILURE)
    .join('\n');
}

const exitCodeOf = (signal) => 128 + os.constants.signals[signal];

/** Whether an exit code says that somebody has stopped the process. */
export function wasStopped(code) {
  return STOP_SIGNALS.map(exitCodeOf).includes(code);
}

/**
 * The exit code of a child, as a shell gives it. A signal to this process is passed on, and the child decides
 * when to end.
 */
export function exitOf(child) {
  const forward = (signal) => child.kill(signal);
  for (const signal of STOP_SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new SetupError(`${child.spawnfile} could not be run: ${error.message}`)),
    );
    child.once('close', (code, signal) => {
      for (const name of STOP_SIGNALS) process.off(name, forward);
      resolve(code ?? exitCodeOf(signal));
    });
  });
}
