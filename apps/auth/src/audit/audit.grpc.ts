import type {
  AuditEntry,
  CheckAuditLogResponse,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  RecordAuditEntryRequest,
  RecordAuditEntryResponse,
} from '@modelbridge/contracts/auth.v1';
import { currentCaller, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { AuditService } from './audit.service.js';
import { entryPageSchema, reportedActSchema, type Entry } from './entry.js';

@Controller()
export class AuditGrpc {
  constructor(private readonly audit: AuditService) {}

  @GrpcMethod('AuthService', 'recordAuditEntry')
  async recordAuditEntry(request: RecordAuditEntryRequest): Promise<RecordAuditEntryResponse> {
    const act = validRequest(reportedActSchema, request);
    await this.audit.report({ ...act, source: currentCaller()?.principal ?? '' });
    return {};
  }

  @GrpcMethod('AuthService', 'listAuditEntries')
  async listAuditEntries(request: ListAuditEntriesRequest): Promise<ListAuditEntriesResponse> {
    const { entries, nextCursor } = await this.audit.list(validRequest(entryPageSchema, request));
    return { entries: entries.map(entryMessage), nextCursor };
  }

  @GrpcMethod('AuthService', 'checkAuditLog')
  checkAuditLog(): Promise<CheckAuditLogResponse> {
    return this.audit.check();
  }
}

function entryMessage({ actor, ...entry }: Entry): AuditEntry {
  return { ...entry, actorKind: actor.kind, actorId: actor.id };
}
