import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { poll } from '@modelbridge/local-stack';
import type { Lifetime } from './lifetime.js';

export const CHECKOUT = new URL('../../../', import.meta.url).pathname;

const STOP_TIMEOUT_MS = 25_000;
const LISTEN_TIMEOUT_MS = 30_000;
const OUTPUT_KEPT = 20_000;
const MEMORY_SAMPLE_MS = 50;

export interface Process {
  child: ChildProcess;
  pid: number;
  /** Resolves with the exit code; null after a signal. */
  exited: Promise<number | null>;
  /** What it wrote to stdout and stderr: the last of it. */
  output(): string;
  stop(): Promise<void>;
}

interface ProcessOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** What it reads from its standard input, which then ends. */
  input?: string;
}

/** Runs Node on a script until it is stopped or the run ends. Its own process group: Ctrl-C is ours to pass on. */
export function startNode(
  lifetime: Lifetime,
  args: string[],
  options: ProcessOptions = {},
): Process {
  return startProcess(lifetime, process.execPath, args, options);
}

export function startProcess(
  lifetime: Lifetime,
  program: string,
  args: string[],
  { cwd = CHECKOUT, env = {}, input = '' }: ProcessOptions = {},
): Process {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // One that does not read it may be gone before.
  child.stdin.on('error', () => undefined).end(input);
  let output = '';
  const keep = (part: Buffer): void => {
    output = (output + part.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited.finally(() => clearTimeout(timer));
  };
  const forget = lifetime.onEnd(stop);
  exited.then(forget, forget);
  return { child, pid: child.pid ?? 0, exited, output: () => output, stop };
}

/** Resolves when something listens; throws with the process's output when it ends or takes too long. */
export async function listening(port: number, running: Process): Promise<void> {
  const up = await poll(
    () => running.child.exitCode !== null || isListening(port),
    LISTEN_TIMEOUT_MS,
  );
  if (up && running.child.exitCode === null) return;
  throw new Error(`nothing listens on port ${port}:\n${running.output()}`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const TICK_US = 10_000;

/** User and system time of a process, all its threads; undefined where there is no /proc. */
export function cpuMicroseconds(pid: number): number | undefined {
  const stat = procFile(pid, 'stat');
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Resident memory of one process; undefined where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(procFile(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** The most memory that a process has while something runs, in bytes. */
export async function mostMemory<T>(pid: number, work: () => Promise<T>): Promise<[T, number]> {
  let most = residentBytes(pid) ?? 0;
  const sampling = setInterval(() => {
    most = Math.max(most, residentBytes(pid) ?? 0);
  }, MEMORY_SAMPLE_MS);
  try {
    return [await work(), most];
  } finally {
    clearInterval(sampling);
  }
}

/** Memory of one process with each shared page divided by its users; undefined where it cannot be read. */
export function proportionalBytes(pid: number): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(procFile(pid, 'smaps_rollup') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

export function childrenOf(pid: number): number[] {
  const children = procFile(pid, `task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
