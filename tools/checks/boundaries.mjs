// Checks the import boundaries, then proves that the rules bite: each planted file must be caught.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
    rule: 'rules-not-to-nest-or-sql',
    file: 'apps/teams/src/planted/planted-transaction.ts',
    text: "import { Database } from '../../../../packages/service-kit/src/database/index.js';\nexport const planted = Database;\n",
  },
  {
    rule: 'typeorm-only-in-repositories',
    file: 'apps/auth/src/planted/planted-mapper.service.ts',
    text: "import { DataSource } from 'typeorm';\nexport const planted = DataSource;\n",
  },
  {
    rule: 'llm-wire-is-pure',
    file: 'packages/llm-wire/src/planted-kit-import.ts',
    text: "import '../../service-kit/src/metrics/index.js';\n",
  },
  {
    rule: 'llm-wire-does-no-io',
    file: 'packages/llm-wire/src/planted-io.ts',
    text: "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
  },
  {
    rule: 'transport-not-to-repository',
    file: 'apps/teams/src/planted/planted.grpc.ts',
    text: "import './planted.repository.js';\n",
  },
  {
    rule: 'no-test-kit-in-production',
    file: 'apps/teams/src/planted/planted-kit.service.ts',
    text: "import '../../../../packages/testing-kit/src/index.js';\n",
  },
  {
    rule: 'web-app-knows-the-api-only',
    file: 'apps/dashboard-web/src/planted-package.tsx',
    text: "import '../../../packages/contracts/src/money.js';\n",
  },
  {
    rule: 'web-app-without-node',
    file: 'packages/dashboard-api/src/planted-node.ts',
    text: "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
  },
  {
    rule: 'web-app-folders-point-down',
    file: 'apps/dashboard-web/src/ui/planted-page-import.tsx',
    text: "import '../pages/overview/page.js';\n",
  },
  {
    rule: 'web-app-page-not-to-page',
    file: 'apps/dashboard-web/src/pages/planted/page.tsx',
    text: "import '../overview/page.js';\n",
  },
  {
    rule: 'dashboard-api-stands-alone',
    file: 'packages/dashboard-api/src/planted-kit.ts',
    text: "import '../../contracts/src/money.js';\n",
  },
  {
    rule: 'not-unresolvable',
    file: 'apps/teams/src/planted-unresolvable.ts',
    text: "import './planted-nothing.js';\n",
  },
  {
    rule: 'contracts-stand-alone',
    file: 'packages/contracts/src/planted-kit-import.ts',
    text: "import '../../service-kit/src/metrics/index.js';\n",
  },
];

const planted = plants.flatMap((plant) => [plant, ...(plant.also ?? [])]);
const plantedFolders = [
  'apps/auth/src/planted',
  'apps/dashboard-web/src/pages/planted',
  'apps/teams/src/planted',
  'apps/teams/src/planted-other',
];

function removePlanted() {
  for (const { file } of planted) rmSync(file, { force: true });
  for (const folder of plantedFolders) rmSync(folder, { recursive: true, force: true });
}

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

// Left by a check that was killed outright.
removePlanted();
process.on('exit', removePlanted);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const real = cruise(roots);
process.stdout.write(real.output);
if (real.failed) process.exit(1);
const cruised = Number(/(\d+) modules/.exec(real.output)?.[1] ?? 0);
if (cruised < 100) {
  console.error(`Only ${cruised} modules were read: the boundary check is blind.`);
  process.exit(1);
}

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
const unplanted = forbidden.filter(({ name }) => !plants.some(({ rule }) => rule === name));
for (const { name } of unplanted) console.error(`Nothing is planted for the rule ${name}.`);
if (unplanted.length > 0) process.exit(1);

for (const { file, text } of planted) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const { output } = cruise([
  'apps/auth/src',
  'apps/dashboard-web/src',
  'packages/dashboard-api/src',
  'apps/teams/src',
  'packages/service-kit/src',
  'packages/contracts/src',
  'packages/llm-wire/src',
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
