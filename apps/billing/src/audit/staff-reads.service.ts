import { uuidOf } from '@modelbridge/contracts';
import { showsAccount, staffRoleOf } from '@modelbridge/contracts/access';
import { Database } from '@modelbridge/service-kit/database';
import { currentCaller } from '@modelbridge/service-kit/grpc';
import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { concatMap, type Observable } from 'rxjs';
import { AuditService } from './audit.service.js';

/** A request or an answer that may name the account that it is about (`acct_…`). */
interface About {
  accountId?: string;
  charge?: { accountId: string };
}

/** Audits what staff is shown of an account, before it is: where that cannot be kept, nothing is answered. */
@Injectable()
export class StaffReads implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler<About>): Observable<About> {
    const { principal = '', method = '' } = currentCaller() ?? {};
    if (staffRoleOf(principal) === undefined || !showsAccount(method)) return next.handle();
    const request = execution.switchToRpc().getData<About>();
    return next.handle().pipe(
      concatMap(async (answer) => {
        await this.looked(method, request.accountId ?? answer.charge?.accountId);
        return answer;
      }),
    );
  }

  /** In staff's own log alone where the account is not named. */
  private async looked(method: string, accountId: string | undefined): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.record(tx, {
        act: 'staff.accessed',
        accountId: accountId ? uuidOf('account', accountId) : null,
        details: { read: method },
      }),
    );
  }
}
