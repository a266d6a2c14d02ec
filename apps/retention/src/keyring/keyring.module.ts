import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import { FileKeyring } from './file-keyring.js';
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
        { provide: Keyring, useFactory: () => FileKeyring.open(config.KEYRING_DIR) },
        KeysRepository,
        KeysService,
      ],
      exports: [KeysService],
    };
  }
}
