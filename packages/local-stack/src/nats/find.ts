import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installFromDebian } from './install-from-debian.js';
import { installFromRelease } from './install-from-release.js';
import { isSufficient, MINIMUM_VERSION, versionOf } from './version.js';

const CHECKOUT_TOOLS = fileURLToPath(new URL('../../../../.local/tools', import.meta.url));

export interface NatsServerBinary {
  path: string;
  version: string;
}

export interface FindNatsOptions {
  /** Where an installed server is kept; by default `.local/tools` of this checkout. */
  toolsDir?: string;
  /** Told before something is downloaded. */
  onInstall?: (what: string) => void;
}

function sufficient(path: string): NatsServerBinary | undefined {
  if (!existsSync(path)) return undefined;
  const version = versionOf(path);
  return version !== undefined && isSufficient(version) ? { path, version } : undefined;
}

function onPath(): NatsServerBinary | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = directory === '' ? undefined : sufficient(join(directory, 'nats-server'));
    if (found) return found;
  }
  return undefined;
}

const SOURCES = [
  { name: "Debian's package", install: installFromDebian },
  { name: "the project's release", install: installFromRelease },
];

async function install(toolsDir: string, options: FindNatsOptions): Promise<NatsServerBinary> {
  await mkdir(toolsDir, { recursive: true });
  const reasons: string[] = [];
  for (const source of SOURCES) {
    const work = await mkdtemp(join(toolsDir, 'nats-install-'));
    try {
      options.onInstall?.(source.name);
      const directory = join(work, 'result');
      await mkdir(directory);
      await source.install(directory, work);
      const binary = join(directory, 'nats-server');
      await chmod(binary, 0o755);
      if (!sufficient(binary))
        throw new Error(`it does not run or is older than ${MINIMUM_VERSION}`);
      const target = join(toolsDir, 'nats-server');
      await rename(binary, target);
      const found = sufficient(target);
      if (found) return found;
    } catch (error) {
      reasons.push(`  from ${source.name}: ${(error as Error).message.trim()}`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  throw new Error(
    [
      `No nats-server ${MINIMUM_VERSION} or newer is on the PATH, and none could be installed:`,
      ...reasons,
      'Put one on the PATH, or set NATS_URL to a server with JetStream.',
    ].join('\n'),
  );
}

/** A nats-server that is new enough: on the PATH, installed for this checkout before, or installed now. */
export async function findNatsServer(options: FindNatsOptions = {}): Promise<NatsServerBinary> {
  const toolsDir = options.toolsDir ?? CHECKOUT_TOOLS;
  return onPath() ?? sufficient(join(toolsDir, 'nats-server')) ?? install(toolsDir, options);
}
