import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findDebianMirror, type DebianMirror } from './apt-sources.js';

/** Debian 13, whose nats-server is 2.10.27; its package also runs on Debian 12. */
const SUITE = 'trixie';
const APT_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

async function machineSources(): Promise<{ name: string; text: string }[]> {
  const parts = '/etc/apt/sources.list.d';
  const names = (await readdir(parts).catch(() => []))
    .filter((name) => name.endsWith('.sources') || name.endsWith('.list'))
    .sort()
    .map((name) => join(parts, name));
  const files = [];
  for (const name of ['/etc/apt/sources.list', ...names]) {
    const text = await readFile(name, 'utf8').catch(() => undefined);
    if (text !== undefined) files.push({ name, text });
  }
  return files;
}

/** Everything that apt writes goes to `work`; nothing on the machine changes and no root is needed. */
async function writeConfiguration(work: string, mirror: DebianMirror): Promise<string> {
  const sources = join(work, 'debian.sources');
  await writeFile(
    sources,
    ['Types: deb', `URIs: ${mirror.uri}`, `Suites: ${SUITE}`, 'Components: main']
      .concat(`Signed-By: ${mirror.signedBy?.trimStart() ?? ''}`, '')
      .join('\n'),
  );
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const configuration = join(work, 'apt.conf');
  await writeFile(
    configuration,
    [
      `Dir::Etc::sourcelist "${sources}";`,
      'Dir::Etc::sourceparts "-";',
      'Dir::Etc::preferences "-";',
      'Dir::Etc::preferencesparts "-";',
      `Dir::State::lists "${join(work, 'lists')}";`,
      `Dir::Cache "${join(work, 'cache')}";`,
      'Acquire::Languages "none";',
      'APT::Sandbox::User "";',
      // Hooks of the machine's own configuration would run on the machine's own files.
      '#clear APT::Update::Pre-Invoke;',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      '',
    ].join('\n'),
  );
  return configuration;
}

/** Puts `nats-server` of Debian's package into `directory`; `work` is thrown away by the caller. */
export async function installFromDebian(directory: string, work: string): Promise<void> {
  const mirror = findDebianMirror(await machineSources());
  if (!mirror) throw new Error('apt on this machine names no Debian mirror');
  const configuration = await writeConfiguration(work, mirror);
  const options = { cwd: work, timeout: APT_TIMEOUT_MS, env: { ...process.env, LC_ALL: 'C' } };
  await run('apt-get', ['-c', configuration, '-qq', 'update'], options);
  await run('apt-get', ['-c', configuration, '-qq', 'download', 'nats-server'], options);
  const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt downloaded no package');
  await run('dpkg-deb', ['-x', join(work, archive), join(work, 'unpacked')]);
  await copyFile(
    join(work, 'unpacked', 'usr', 'sbin', 'nats-server'),
    join(directory, 'nats-server'),
  );
}
