import { readFile, rm } from 'node:fs/promises';
import { writeSecretFile } from '@modelbridge/local-stack';

/** What other programs may know of a running stack. Keys are added, never renamed. */
export interface StackDescription {
  gateway: string;
  gateways: string[];
  dashboard: string;
  sandbox: string;
  /** The superuser's URL; databases are named as the services, with underscores. */
  postgres: string;
  nats: string;
  apiKey: string;
  account: { userId: string; email: string; accountId: string };
  /** `host:port` of each service's gRPC server. */
  grpc: Record<string, string>;
  pids: Record<string, number>;
}

/** `stack.json`: there only while everything is healthy, replaced as a whole, readable by its owner. */
export class StackFile {
  #written: Promise<void> = Promise.resolve();
  #open = true;

  constructor(readonly path: string) {}

  write(description: StackDescription): Promise<void> {
    const text = `${JSON.stringify(description, null, 2)}\n`;
    this.#written = this.#written.then(() =>
      this.#open ? writeSecretFile(this.path, text) : undefined,
    );
    return this.#written;
  }

  /** Removes the file for good: a write that is still under way does not bring it back. */
  async remove(): Promise<void> {
    this.#open = false;
    await this.#written.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Reads the description of a running stack; undefined when there is none. */
export async function readStackFile(path: string): Promise<StackDescription | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StackDescription;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
