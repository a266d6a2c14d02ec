import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { AccountUsageController } from './account-usage.controller.js';
import { AuditLogController } from './audit-log.controller.js';
import { ContentsController } from './contents.controller.js';
import { ErasureController } from './erasure.controller.js';
import { ExportsController } from './exports.controller.js';
import { ConsentsController } from './consents.controller.js';
import { InvitationsController } from './invitations.controller.js';
import { KeysController } from './keys.controller.js';
import { PrivacyRequestsController } from './privacy-requests.controller.js';
import { ProfileController } from './profile.controller.js';
import { SpendController } from './spend.controller.js';
import { WritesOnce } from './writes-once.service.js';
import { TeamsController } from './teams.controller.js';

/** What management keys may do: all that the person who made one may do for its account, but calling models. */
@Module({
  imports: [AccountModule],
  controllers: [
    AccountUsageController,
    AuditLogController,
    ContentsController,
    ErasureController,
    ExportsController,
    ConsentsController,
    InvitationsController,
    KeysController,
    PrivacyRequestsController,
    ProfileController,
    SpendController,
    TeamsController,
  ],
  providers: [WritesOnce],
})
export class ManagementModule {}
