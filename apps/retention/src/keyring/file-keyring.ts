import { hkdfSync, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assertKeyName, Keyring, KeyMissingError, type Destruction } from './keyring.js';

const keyBytes = 32;
const domain = 'modelbridge.keyring.v1';
const draftSuffix = '.draft';

/**
 * Keys as files of a directory that belongs to one retention process, apart from the database and out of every backup.
 * An overwritten file may survive in a snapshot or in the spare blocks of a disk: the directory wants an encrypted volume
 * of its own.
 */
export class FileKeyring extends Keyring {
  readonly kind = 'files';

  private constructor(private readonly directory: string) {
    super();
  }

  /** Makes the directory where there is none. Throws where others than its owner may read it. */
  static async open(directory: string): Promise<FileKeyring> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { mode } = await stat(directory);
    if ((mode & 0o077) !== 0) {
      throw new Error(`KEYRING_DIR can be read by others: chmod 700 ${directory}`);
    }
    const keyring = new FileKeyring(directory);
    await keyring.removeDrafts();
    return keyring;
  }

  async create(name: string): Promise<void> {
    const file = this.fileOf(name);
    if (await exists(file)) return;
    const draft = `${file}.${randomBytes(6).toString('hex')}${draftSuffix}`;
    await writeDurably(draft, 'wx', randomBytes(keyBytes));
    // Unlike a rename it replaces nothing: of two that make the same key, one does.
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await unlink(draft);
    await chmod(file, 0o600);
    await this.syncDirectory();
  }

  async derive(name: string, context: string): Promise<Buffer> {
    const key = await this.read(name);
    try {
      return Buffer.from(hkdfSync('sha256', key, '', `${domain}|${name}|${context}`, keyBytes));
    } finally {
      key.fill(0);
    }
  }

  async destroy(name: string): Promise<Destruction> {
    const file = this.fileOf(name);
    const found = await exists(file);
    if (found) {
      await overwriteAndUnlink(file).catch((error: unknown) => {
        // Of two that destroy it at once, the other was first.
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    }
    await this.syncDirectory();
    if (await exists(file)) throw new Error(`the key ${name} is still there`);
    return {
      at: new Date(),
      how: found ? 'overwritten and unlinked' : 'no key to destroy',
      evidence: 'no file of this name after the directory was synced',
    };
  }

  async list(): Promise<string[]> {
    return (await readdir(this.directory)).filter((name) => !name.endsWith(draftSuffix)).sort();
  }

  private fileOf(name: string): string {
    assertKeyName(name);
    return join(this.directory, name);
  }

  private async read(name: string): Promise<Buffer> {
    const handle = await open(this.fileOf(name), 'r').catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? new KeyMissingError(name) : error;
    });
    try {
      const key = Buffer.alloc(keyBytes + 1);
      const { bytesRead } = await handle.read(key, 0, key.length, 0);
      if (bytesRead !== keyBytes) throw new Error(`the key ${name} is not whole`);
      return key.subarray(0, keyBytes);
    } finally {
      await handle.close();
    }
  }

  /** Left by a process that ended while it made a key, which nobody has used. */
  private async removeDrafts(): Promise<void> {
    const names = await readdir(this.directory);
    for (const name of names.filter((file) => file.endsWith(draftSuffix))) {
      await unlink(join(this.directory, name));
    }
  }

  private async syncDirectory(): Promise<void> {
    const handle = await open(this.directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function writeDurably(file: string, flags: 'wx' | 'r+', bytes: Buffer): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.sync();
  } finally {
    bytes.fill(0);
    await handle.close();
  }
}

async function overwriteAndUnlink(file: string): Promise<void> {
  await writeDurably(file, 'r+', randomBytes(keyBytes));
  await unlink(file);
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
