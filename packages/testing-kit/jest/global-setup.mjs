import process from 'node:process';
import { startRun } from './run.mjs';

export default async function globalSetup() {
  const run = await startRun();
  Object.assign(process.env, run.environment);
  globalThis.modelbridgeTestRun = run;
}
