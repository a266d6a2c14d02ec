import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Version {
  version: string;
  /** Null where this is no checkout. */
  commit: string | null;
  /** Files differ from the commit. */
  changed: boolean;
  node: string;
  platform: string;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Of the checkout that this runs in, which is that of the system that npm start runs from it. */
export function describeVersion(): Version {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    version: string;
  };
  const commit = git('rev-parse', 'HEAD');
  return {
    version,
    commit: commit === '' ? null : commit,
    changed: git('status', '--porcelain') !== '',
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

function git(...args: string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
