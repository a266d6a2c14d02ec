import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import { FileKeyring } from './file-keyring.js';
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
      providers: [
        { provide: Keyring, useFactory: () => openKeyring(config) },
        KeysRepository,
        KeysService,
      ],
      exports: [KeysService],
    };
  }
}

function openKeyring({ keyring }: Config): Promise<Keyring> {
  return 'directory' in keyring ? FileKeyring.open(keyring.directory) : VaultKeyring.open(keyring);
}
