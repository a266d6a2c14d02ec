// Generates the gRPC types from the protos into a scratch folder and fails when the committed ones differ.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const protoDir = 'packages/contracts/proto';
const committed = 'packages/contracts/src/gen';
const scratch = mkdtempSync(join(tmpdir(), 'modelbridge-gen-'));

const files = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

try {
  const template = readFileSync(join(protoDir, 'buf.gen.yaml'), 'utf8')
    .replace('clean: true\n', '')
    .replace(/out: .*/, `out: ${scratch}`);
  const buf = join(process.cwd(), 'node_modules/.bin/buf');
  const run = spawnSync(buf, ['generate', '--template', template], {
    cwd: protoDir,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    console.error(run.stderr);
    process.exit(1);
  }
  const fresh = files(scratch);
  const stale = [...new Set([...fresh, ...files(committed)])].filter((file) => {
    try {
      return (
        readFileSync(join(scratch, file), 'utf8') !== readFileSync(join(committed, file), 'utf8')
      );
    } catch {
      return true;
    }
  });
  if (stale.length > 0) {
    console.error(`Generated code is out of date: ${stale.join(', ')}. Run: pnpm generate`);
    process.exitCode = 1;
  } else {
    console.log(`${fresh.length} generated files are up to date.`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
