import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Config } from '../config.js';
import { FileKeyring } from './file-keyring.js';
import { TokenRenewal } from './token-renewal.service.js';
import { VaultClient } from './vault-client.js';
import { VaultKeyring } from './vault-keyring.js';
import { Keyring } from './keyring.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';

@Module({})
export class KeyringModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: KeyringModule,
      global: true,
      providers: [...keyringOf(config), KeysRepository, KeysService],
      exports: [KeysService],
    };
  }
}

/** Files, or a Vault whose token is kept alive. */
function keyringOf({ keyring }: Config): Provider[] {
  if ('directory' in keyring) {
    return [{ provide: Keyring, useFactory: () => FileKeyring.open(keyring.directory) }];
  }
  const vault = new VaultClient(keyring);
  return [
    { provide: Keyring, useFactory: () => VaultKeyring.open(vault) },
    {
      provide: TokenRenewal,
      inject: [Logger, Metrics],
      useFactory: (logger: Logger, metrics: Metrics) => new TokenRenewal(vault, logger, metrics),
    },
  ];
}
