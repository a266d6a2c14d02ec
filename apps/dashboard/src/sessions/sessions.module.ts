import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthClient } from '../clients/clients.js';
import type { Config } from '../config.js';
import { ClerkPages } from './clerk-pages.js';
import { Csrf } from './csrf.service.js';
import { Seal } from './seal.js';
import { SessionController } from './session.controller.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';

@Module({})
export class SessionsModule {
  static forRoot(config: Config): DynamicModule {
    const before = config.SESSION_SECRET_BEFORE;
    const secrets = [config.SESSION_SECRET, ...(before === undefined ? [] : [before])];
    const { PUBLIC_ORIGIN, CLERK_SIGN_IN_URL, CLERK_FRONTEND_URL } = config;
    return {
      module: SessionsModule,
      global: true,
      controllers: [SignInController, SessionController],
      providers: [
        { provide: Seal, useValue: new Seal(secrets, 'sign-in') },
        { provide: Csrf, useValue: new Csrf(config.SESSION_SECRET) },
        {
          provide: ClerkPages,
          useValue: new ClerkPages(PUBLIC_ORIGIN, CLERK_SIGN_IN_URL, CLERK_FRONTEND_URL),
        },
        {
          provide: Sessions,
          inject: [AuthClient],
          useFactory: (auth: AuthClient) => new Sessions(auth, new Seal(secrets, 'session')),
        },
        {
          provide: APP_GUARD,
          inject: [Sessions, Csrf],
          useFactory: (sessions: Sessions, csrf: Csrf) =>
            new SessionGuard(sessions, csrf, PUBLIC_ORIGIN),
        },
      ],
      exports: [Sessions],
    };
  }
}
