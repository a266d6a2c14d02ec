import { RpcError } from '@modelbridge/service-kit/grpc';
import { VaultToken, type TokenSource } from './vault-token.js';

const timeoutMs = 5_000;

export interface VaultSettings extends TokenSource {
  /** Origin of a Vault or OpenBao, and a path before /v1 where there is one. */
  address: string;
  /** Where its transit engine is mounted. */
  mount: string;
}

export interface VaultAnswer {
  status: number;
  body: {
    data?: Record<string, unknown>;
    auth?: Record<string, unknown> | null;
    errors?: string[];
  };
}

/** Vault over HTTP. What it does not answer, and what it cannot answer now, is UNAVAILABLE. */
export class VaultClient {
  private readonly token: VaultToken;

  constructor(readonly settings: VaultSettings) {
    this.token = new VaultToken(settings);
  }

  /** `path` is what follows /v1/. */
  async ask(method: string, path: string, body?: object): Promise<VaultAnswer> {
    try {
      const response = await fetch(`${this.settings.address}/v1/${path}`, {
        method,
        headers: {
          'x-vault-token': await this.token.current(),
          // An agent in front may demand it, against requests that a browser was tricked into.
          'x-vault-request': 'true',
          'content-type': 'application/json',
        },
        body: body && JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const isSilent = response.status >= 500 || response.status === 429;
      if (isSilent) throw unexpected('answer', response.status);
      return {
        status: response.status,
        body: (text === '' ? {} : JSON.parse(text)) as VaultAnswer['body'],
      };
    } catch (error) {
      throw error instanceof RpcError ? error : away(error);
    }
  }
}

function away(cause: unknown): RpcError {
  return new RpcError('unavailable', 'the keyring does not answer: try again', { cause });
}

export function unexpected(act: string, status: number): RpcError {
  return away(new Error(`Vault does not ${act}: ${status}`));
}
