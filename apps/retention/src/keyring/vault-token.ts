import { readFile, stat } from 'node:fs/promises';

/** Where a token comes from: a value, or a file that somebody else (a Vault agent) writes anew. */
export interface TokenSource {
  token: string;
  tokenFile?: string;
}

/** The token as it is now. */
export class VaultToken {
  private token: string;
  private version: string | undefined;

  constructor(private readonly source: TokenSource) {
    this.token = source.token;
  }

  /** Reads the file again when it is another. One that is gone or empty, as while it is written, changes nothing. */
  async current(): Promise<string> {
    const { tokenFile } = this.source;
    if (tokenFile === undefined) return this.token;
    try {
      const { mtimeMs, ino, size } = await stat(tokenFile);
      const version = `${mtimeMs} ${ino} ${size}`;
      if (version === this.version) return this.token;
      const token = (await readFile(tokenFile, 'utf8')).trim();
      if (token === '') return this.token;
      this.token = token;
      this.version = version;
    } catch {
      // The one before is as good as it was.
    }
    return this.token;
  }
}
