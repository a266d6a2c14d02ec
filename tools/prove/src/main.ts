import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodingNames } from './scan/encodings.js';
import { openFilesOf } from './scan/open-files.js';
import { scanPlaces } from './scan/scan.js';

const usage = `Usage: node tools/prove/dist/main.js scan --state DIR --canary TEXT [--canary TEXT …] [--also PLACE …]

Looks for texts in everything that a system has written: its state directory, what its processes have open, and other
places that are named. Prints a report as JSON. Exit code 0: nothing was found; 1: something was; 2: it could not be run.
`;

/** Where a system writes: its state directory, and what its processes have open elsewhere. */
function placesOf(state: string): string[] {
  const { pids } = JSON.parse(readFileSync(join(state, 'stack.json'), 'utf8')) as {
    pids: Record<string, number>;
  };
  return [state, ...openFilesOf(Object.values(pids))];
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      canary: { type: 'string', multiple: true },
      also: { type: 'string', multiple: true },
    },
  });
  const { state, canary = [], also = [] } = values;
  if (positionals[0] !== 'scan' || state === undefined || canary.length === 0) {
    process.stderr.write(usage);
    return 2;
  }
  const report = await scanPlaces([...placesOf(state), ...also], canary);
  process.stdout.write(`${JSON.stringify({ ...report, encodings: encodingNames }, null, 2)}\n`);
  return report.hits.length === 0 && report.unreadable.length === 0 ? 0 : 1;
}

run(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
