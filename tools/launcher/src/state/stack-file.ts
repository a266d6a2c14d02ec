import { rm } from 'node:fs/promises';
import { writeSecretFile } from '@modelbridge/local-stack';
import type { StackDescription } from '@modelbridge/ops';

/** `stack.json`: there only while everything is healthy, replaced as a whole, readable by its owner. */
export class StackFile {
  #written: Promise<void> = Promise.resolve();
  #open = true;

  constructor(readonly path: string) {}

  write(description: StackDescription): Promise<void> {
    const text = `${JSON.stringify(description, null, 2)}\n`;
    // One that failed, as on a full disk, keeps no later one from being written.
    this.#written = this.#written
      .catch(() => undefined)
      .then(() => (this.#open ? writeSecretFile(this.path, text) : undefined));
    return this.#written;
  }

  /** Removes the file for good: a write that is still under way does not bring it back. */
  async remove(): Promise<void> {
    this.#open = false;
    await this.#written.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
