// The lockfile must hold the binaries of every platform that ModelBridge runs on, wherever it was made: a
// registry that lacks one leaves a gap in silence, and the next install on that platform has no binary.
import { readFileSync } from 'node:fs';

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Other spellings of the same machine, and the C library, which only Linux has. */
const normal = (name) =>
  name
    .replace('aarch64', 'arm64')
    .replace(/(linux|darwin)-64@/, '$1-x64@')
    .replace(/[-_](gnu|musl|glibc)\b/, '');

const lock = readFileSync('pnpm-lock.yaml', 'utf8');
const packages = lock.slice(lock.indexOf('\npackages:'), lock.indexOf('\nsnapshots:'));
const names = [...packages.matchAll(/^ {2}'?(.+?)'?:$/gm)].map(([, name]) => normal(name));

const missing = names
  .filter((name) => name.includes('linux-x64'))
  .flatMap((name) => platforms.map((platform) => name.replace('linux-x64', platform)))
  .filter((name) => !names.includes(name));
for (const name of new Set(missing)) console.error(`pnpm-lock.yaml lacks ${name}`);
process.exitCode = missing.length > 0 ? 1 : 0;
