import { AccountAccess, actorOf } from '@modelbridge/access';
import type {
  AuditEntry,
  CheckAuditLogResponse,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  RecordAuditEntryRequest,
  RecordAuditEntryResponse,
} from '@modelbridge/contracts/auth.v1';
import { currentCaller, RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { AuditService } from './audit.service.js';
import { entryPageSchema, reportedActSchema, staffLog, type Entry } from './entry.js';

@Controller()
export class AuditGrpc {
  constructor(
    private readonly audit: AuditService,
    private readonly accounts: AccountAccess,
  ) {}

  @GrpcMethod('AuthService', 'recordAuditEntry')
  async recordAuditEntry(request: RecordAuditEntryRequest): Promise<RecordAuditEntryResponse> {
    const act = validRequest(reportedActSchema, request);
    await this.audit.report({ ...act, source: currentCaller()?.principal ?? '' });
    return {};
  }

  @GrpcMethod('AuthService', 'listAuditEntries')
  async listAuditEntries(request: ListAuditEntriesRequest): Promise<ListAuditEntriesResponse> {
    const page = validRequest(entryPageSchema, request);
    await this.accounts.account('listAuditEntries', actorOf(request), request.log, noLog());
    const { entries, nextCursor } = await this.audit.list(page);
    if (entries.length > 0) {
      const accountId = page.log === staffLog ? null : page.log;
      await this.audit.staffLooked({ accountId, details: { read: 'audit_log' } });
    }
    return { entries: entries.map(entryMessage), nextCursor };
  }

  @GrpcMethod('AuthService', 'checkAuditLog')
  checkAuditLog(): Promise<CheckAuditLogResponse> {
    return this.audit.check();
  }
}

function noLog(): RpcError {
  return new RpcError('not_found', 'there is no such log', { field: 'log' });
}

function entryMessage({ actor, ...entry }: Entry): AuditEntry {
  return { ...entry, actorKind: actor.kind, actorId: actor.id };
}
