import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from '../prove.js';
import { pageOf } from './page.js';

/** Writes a proof as JSON and as a page, named by when it began; where they are. */
export function writeReport(directory: string, proof: Proof): { json: string; html: string } {
  mkdirSync(directory, { recursive: true });
  const name = join(directory, `proof-${proof.began_at.replaceAll(/[:.]/g, '-')}`);
  const files = { json: `${name}.json`, html: `${name}.html` };
  writeFileSync(files.json, `${JSON.stringify(proof, null, 2)}\n`);
  writeFileSync(files.html, pageOf(proof));
  return files;
}
