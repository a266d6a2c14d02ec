import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { command } from './command.js';
import { fixed, printTable, say } from './figures.js';
import { CHECKOUT } from './processes.js';
import { startStack, temporaryDirectory, type StackOptions } from './stack.js';

/** A clone of the last commit, without packages and builds. */
function cloneTo(directory: string): string {
  const checkout = join(directory, 'checkout');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', CHECKOUT, checkout]);
  return checkout;
}

export const start = command({
  summary:
    'seconds until everything is healthy: first start of a state, and again; seconds to stop',
  options: {
    rounds: { default: 3, help: 'first and warm starts' },
    clone: { default: false, help: 'also from a fresh clone: installs and builds (network)' },
  },
  async run({ rounds, clone }, lifetime) {
    const rows: string[][] = [];
    const time = async (title: string, options: StackOptions): Promise<void> => {
      const stack = await startStack(lifetime, options);
      const stopping = performance.now();
      await stack.launcher.stop();
      const stopMs = performance.now() - stopping;
      rows.push([title, fixed(stack.startMs / 1000, 1), fixed(stopMs / 1000, 1)]);
      say(`${title}: done`);
    };
    for (let round = 1; round <= rounds; round++) {
      const state = temporaryDirectory(lifetime);
      await time(`new state (${round})`, { state });
      await time(`warm: the same state again (${round})`, { state });
    }
    if (clone) {
      const directory = temporaryDirectory(lifetime);
      const state = join(directory, 'state');
      await time('fresh clone: install, build, start', { state, checkout: cloneTo(directory) });
    }
    printTable('npm start', ['', 'start s', 'stop s'], rows);
  },
});
