import { createHmac, randomBytes } from 'node:crypto';

/** What Vault answers: a status, and a body where there is one. */
export interface VaultAnswer {
  status: number;
  body?: object;
}

interface TransitKey {
  type: string;
  secrets: Buffer[];
  deletionAllowed: boolean;
  exportable: boolean;
  allowPlaintextBackup: boolean;
}

const types = ['aes256-gcm96', 'chacha20-poly1305', 'ed25519', 'hmac'];
const namePattern = /^\w(([\w-.]+)?\w)?$/;

/** The transit engine of a Vault: named keys that are used where they are, and the refusals of the real one. */
export class Transit {
  private readonly keys = new Map<string, TransitKey>();
  private disableUpsert = false;

  /** `path` is what follows the engine's mount, without a query. */
  answer(method: string, path: string, body: Record<string, unknown> = {}): VaultAnswer {
    const [area = '', name = '', what = ''] = path.split('/');
    if (area === 'config' && name === 'keys') return this.config(method, body);
    if (area === 'keys' && name === '' && method === 'LIST') return this.list();
    if (!namePattern.test(name)) return refused(404);
    const isWrite = method === 'POST' || method === 'PUT';
    if (area === 'keys' && what === 'config' && isWrite) return this.configure(name, body);
    if (area === 'keys' && what === '') return this.onKey(method, name, body);
    if (area === 'hmac' && isWrite) return this.hmac(name, what || 'sha2-256', body);
    if (area === 'encrypt' && isWrite) return this.encrypt(name);
    if (area === 'export' && method === 'GET') return this.exported(what);
    return refused(405, 'unsupported operation');
  }

  private config(method: string, body: Record<string, unknown>): VaultAnswer {
    if (method !== 'GET') this.disableUpsert = body.disable_upsert === true;
    return { status: 200, body: { data: { disable_upsert: this.disableUpsert } } };
  }

  private list(): VaultAnswer {
    if (this.keys.size === 0) return refused(404);
    return { status: 200, body: { data: { keys: [...this.keys.keys()].sort() } } };
  }

  private onKey(method: string, name: string, body: Record<string, unknown>): VaultAnswer {
    const key = this.keys.get(name);
    if (method === 'POST' || method === 'PUT') return this.create(name, body);
    if (method === 'DELETE') return this.remove(name, key);
    return key === undefined ? refused(404) : { status: 200, body: { data: shown(name, key) } };
  }

  /** One that is there stays as it is, whatever is asked for. */
  private create(name: string, body: Record<string, unknown>): VaultAnswer {
    const { type = types[0] } = body;
    if (typeof type !== 'string' || !types.includes(type)) {
      return refused(400, `unknown key type ${String(type)}`);
    }
    const key = this.keys.get(name) ?? {
      type,
      secrets: [randomBytes(32)],
      deletionAllowed: false,
      exportable: body.exportable === true,
      allowPlaintextBackup: body.allow_plaintext_backup === true,
    };
    this.keys.set(name, key);
    return { status: 200, body: { data: shown(name, key) } };
  }

  private configure(name: string, body: Record<string, unknown>): VaultAnswer {
    const key = this.keys.get(name);
    if (key === undefined) return refused(400, `no existing key named ${name} could be found`);
    if (typeof body.deletion_allowed === 'boolean') key.deletionAllowed = body.deletion_allowed;
    // Both stay on once they are.
    if (body.exportable === true) key.exportable = true;
    if (body.allow_plaintext_backup === true) key.allowPlaintextBackup = true;
    return { status: 200, body: { data: shown(name, key) } };
  }

  private remove(name: string, key: TransitKey | undefined): VaultAnswer {
    if (key === undefined) return refused(400, 'could not delete key; not found');
    if (!key.deletionAllowed) {
      return refused(400, `error deleting policy ${name}: deletion is not allowed for this key`);
    }
    this.keys.delete(name);
    return { status: 204 };
  }

  private hmac(name: string, algorithm: string, body: Record<string, unknown>): VaultAnswer {
    const key = this.keys.get(name);
    if (key === undefined) return refused(400, 'encryption key not found');
    if (algorithm !== 'sha2-256') return refused(400, `unsupported algorithm ${algorithm}`);
    const { input, key_version: version = 0 } = body;
    if (typeof input !== 'string' || Buffer.from(input, 'base64').toString('base64') !== input) {
      return refused(400, 'unable to decode input as base64');
    }
    const used = version === 0 ? key.secrets.length : Number(version);
    const secret = key.secrets[used - 1];
    if (secret === undefined) return refused(400, 'cannot generate HMAC: version is too high');
    const hmac = createHmac('sha256', secret).update(Buffer.from(input, 'base64')).digest('base64');
    return { status: 200, body: { data: { hmac: `vault:v${used}:${hmac}` } } };
  }

  /** Of this only what traps who is careless: a missing key is made. */
  private encrypt(name: string): VaultAnswer {
    if (!this.keys.has(name)) {
      if (this.disableUpsert) return refused(400, 'encryption key not found');
      this.create(name, {});
    }
    return { status: 200, body: { data: { ciphertext: 'vault:v1:', key_version: 1 } } };
  }

  private exported(name: string): VaultAnswer {
    const key = this.keys.get(name);
    if (key === undefined) return refused(404);
    return key.exportable
      ? { status: 200, body: { data: { name, keys: { 1: key.secrets[0]?.toString('base64') } } } }
      : refused(400, 'private key material is not exportable');
  }
}

function shown(name: string, key: TransitKey): object {
  return {
    name,
    type: key.type,
    deletion_allowed: key.deletionAllowed,
    exportable: key.exportable,
    allow_plaintext_backup: key.allowPlaintextBackup,
    latest_version: key.secrets.length,
    min_decryption_version: 1,
    min_encryption_version: 0,
  };
}

export function refused(status: number, ...errors: string[]): VaultAnswer {
  return { status, body: { errors } };
}
