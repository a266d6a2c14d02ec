import { Module, type DynamicModule } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import type { Config } from '../config.js';
import { PlaygroundChats } from './playground-chats.js';
import { PlaygroundKeys } from './playground-keys.js';
import { PlaygroundController } from './playground.controller.js';

@Module({})
export class PlaygroundModule {
  static forRoot({ GATEWAY_URL, API_ORIGIN }: Config): DynamicModule {
    return {
      module: PlaygroundModule,
      controllers: [PlaygroundController],
      providers: [
        {
          provide: PlaygroundChats,
          inject: [AuthClient],
          useFactory: (auth: AuthClient) =>
            new PlaygroundChats(new PlaygroundKeys(auth), GATEWAY_URL ?? API_ORIGIN),
        },
      ],
    };
  }
}
