// Checks the import boundaries, then proves that the rules bite: each planted file must be caught.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const roots = ['apps', 'packages', 'tools', 'tests', 'examples'];

const plants = [
  {
    rule: 'app-not-to-app',
    file: 'apps/teams/src/planted-app-import.ts',
    text: "import '../../retention/src/main.js';\n",
  },
  {
    rule: 'package-not-to-app',
    file: 'packages/service-kit/src/planted-app-import.ts',
    text: "import '../../../apps/teams/src/main.js';\n",
  },
  {
    rule: 'rules-not-to-nest-or-sql',
    file: 'apps/teams/src/planted/planted.ts',
    text: "import { Injectable } from '@nestjs/common';\nexport const planted = Injectable;\n",
  },
  {
    rule: 'feature-not-to-other-features-repository',
    file: 'apps/teams/src/planted-other/reader.service.ts',
    text: "import '../planted/planted.repository.js';\n",
    also: [
      { file: 'apps/teams/src/planted/planted.repository.ts', text: 'export const rows = 1;\n' },
    ],
  },
  {
    rule: 'no-cycles',
    file: 'packages/service-kit/src/planted-a.ts',
    text: "import { b } from './planted-b.js';\nexport const a = (): number => b;\n",
    also: [
      {
        file: 'packages/service-kit/src/planted-b.ts',
        text: "import { a } from './planted-a.js';\nexport const b = 1;\nexport const c = a;\n",
      },
    ],
  },
  {
    rule: 'contracts-stand-alone',
    file: 'packages/contracts/src/planted-kit-import.ts',
    text: "import '../../service-kit/src/metrics/index.js';\n",
  },
];

function cruise(paths) {
  const run = spawnSync(
    process.execPath,
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...paths,
    ],
    { encoding: 'utf8' },
  );
  return { failed: run.status !== 0, output: `${run.stdout}${run.stderr}` };
}

const real = cruise(roots);
process.stdout.write(real.output);
if (real.failed) process.exit(1);
const cruised = Number(/(\d+) modules/.exec(real.output)?.[1] ?? 0);
if (cruised < 100) {
  console.error(`Only ${cruised} modules were read: the boundary check is blind.`);
  process.exit(1);
}

const planted = plants.flatMap((plant) => [plant, ...(plant.also ?? [])]);
try {
  for (const { file, text } of planted) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { output } = cruise([
    'apps/teams/src',
    'packages/service-kit/src',
    'packages/contracts/src',
  ]);
  const missed = plants.filter(
    ({ rule, file }) => !new RegExp(`error ${rule}: .*${file}`).test(output),
  );
  for (const { rule, file } of missed)
    console.error(`Planted violation of ${rule} in ${file} was not caught.`);
  if (missed.length > 0) {
    console.error(output);
    process.exitCode = 1;
  } else {
    console.log(`${plants.length} planted violations, all caught.`);
  }
} finally {
  for (const { file } of planted) rmSync(file, { force: true });
  for (const dir of ['apps/teams/src/planted', 'apps/teams/src/planted-other']) {
    rmSync(dir, { recursive: true, force: true });
  }
}
