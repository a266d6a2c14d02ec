import { spawnSync } from 'node:child_process';

/** The oldest server that has everything the streams use. */
export const MINIMUM_VERSION = '2.10.0';

/** The version in the output of `nats-server --version`, as `2.10.27`. */
export function parseVersion(output: string): string | undefined {
  return /nats-server:\s*v?(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

/** Whether a version is new enough. */
export function isSufficient(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = MINIMUM_VERSION.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/** Asks a binary for its version; undefined when it does not run. */
export function versionOf(binary: string): string | undefined {
  const result = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return parseVersion(`${result.stdout ?? ''}${result.stderr ?? ''}`);
}
