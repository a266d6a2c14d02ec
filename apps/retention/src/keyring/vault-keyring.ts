import { ConfigError } from '@modelbridge/service-kit/config';
import { assertKeyName, isKeyName, Keyring, KeyMissingError, type Destruction } from './keyring.js';
import { unexpected, type VaultAnswer, type VaultClient } from './vault-client.js';

const keyBytes = 32;
const derivedPattern = /^vault:v1:([A-Za-z0-9+/]+=*)$/;

/**
 * Keys of Vault's transit engine: they can be used there and not be taken out. One key for each name, deleted whole,
 * because a version that a setting makes unusable can be made usable again. Snapshots of Vault's storage hold deleted keys:
 * they are kept for hours, or the promise is false.
 */
export class VaultKeyring extends Keyring {
  readonly kind = 'vault-transit';

  private constructor(private readonly vault: VaultClient) {
    super();
  }

  /** Throws ConfigError where the engine would make keys that are asked for and missing, and this token may not stop that. */
  static async open(vault: VaultClient): Promise<VaultKeyring> {
    const keyring = new VaultKeyring(vault);
    const { mount } = vault.settings;
    const { status, body } = await keyring.ask('GET', 'config/keys');
    if (status === 200 && body.data?.disable_upsert === true) return keyring;
    const set = await keyring.ask('POST', 'config/keys', { disable_upsert: true });
    if (set.status < 300) return keyring;
    throw new ConfigError([
      `VAULT_ADDR cannot be used: Vault answers ${set.status} to "vault write ${mount}/config/keys disable_upsert=true": run it, and see that VAULT_TOKEN may read ${mount}/config/keys`,
    ]);
  }

  async create(name: string): Promise<void> {
    const settings = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false };
    const { status, body } = await this.ask('POST', keyPath(name), settings);
    if (status >= 300) throw unexpected('make a key', status);
    const { exportable, allow_plaintext_backup: canBeBackedUp } = body.data ?? {};
    if (exportable === true || canBeBackedUp === true) {
      throw new Error(`the key ${name} can be taken out of Vault: somebody else has made it`);
    }
  }

  async derive(name: string, context: string): Promise<Buffer> {
    const path = `hmac/${nameOf(name)}/sha2-256`;
    const input = Buffer.from(context).toString('base64');
    const { status, body } = await this.ask('POST', path, { input, key_version: 1 });
    if (status !== 200) {
      if (!(await this.exists(name))) throw new KeyMissingError(name);
      throw unexpected('derive from a key', status);
    }
    const derived = Buffer.from(derivedPattern.exec(String(body.data?.hmac))?.[1] ?? '', 'base64');
    if (derived.length !== keyBytes) throw unexpected('derive from a key', status);
    return derived;
  }

  async destroy(name: string): Promise<Destruction> {
    const found = await this.exists(name);
    if (found) {
      await this.ask('POST', `${keyPath(name)}/config`, { deletion_allowed: true });
      await this.ask('DELETE', keyPath(name));
      if (await this.exists(name)) throw new Error(`Vault does not delete the key ${name}`);
    }
    return {
      at: new Date(),
      how: found ? 'deletion allowed and deleted' : 'no key to destroy',
      evidence: 'Vault answers 404 to this key',
    };
  }

  async list(): Promise<string[]> {
    const { status, body } = await this.ask('GET', 'keys?list=true');
    if (status === 404) return [];
    const { keys } = body.data ?? {};
    if (status !== 200 || !Array.isArray(keys)) throw unexpected('list keys', status);
    return keys.filter((name): name is string => typeof name === 'string' && isKeyName(name));
  }

  private async exists(name: string): Promise<boolean> {
    const { status } = await this.ask('GET', keyPath(name));
    if (status !== 200 && status !== 404) throw unexpected('look for a key', status);
    return status === 200;
  }

  private ask(method: string, path: string, body?: object): Promise<VaultAnswer> {
    return this.vault.ask(method, `${this.vault.settings.mount}/${path}`, body);
  }
}

function keyPath(name: string): string {
  return `keys/${nameOf(name)}`;
}

function nameOf(name: string): string {
  assertKeyName(name);
  return name;
}
