export default async function globalTeardown() {
  await globalThis.modelbridgeTestRun?.stop();
}
