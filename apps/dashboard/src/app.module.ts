import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import type { Config } from './config.js';
import { ClientsModule } from './clients/clients.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { ConsentsController } from './consents/consents.controller.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { PlaygroundModule } from './playground/playground.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { ActivityModule } from './activity/activity.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { BillingModule } from './billing/billing.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { PublicPagesModule } from './public-pages.module.js';
import { KeysModule } from './keys/keys.module.js';
import { ModelsController } from './models/models.controller.js';
import { ProfileController } from './profile/profile.controller.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { WebAppModule } from './web-app/web-app.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'dashboard', config }),
        ClientsModule.forRoot(config),
        SessionsModule.forRoot(config),
        ActivityModule,
        BillingModule,
        OverviewModule,
        KeysModule,
        TeamsModule,
        PlaygroundModule.forRoot(config),
        PrivacyModule,
        PublicPagesModule.forRoot(config),
        WebAppModule.forRoot(config),
        WebhooksModule,
      ],
      controllers: [
        AuditLogController,
        ConsentsController,
        ModelsController,
        NotificationsController,
        ProfileController,
      ],
    };
  }
}
