import { AccountAccess, requireActor } from '@modelbridge/access';
import { idSchema } from '@modelbridge/contracts';
import {
  ExportState as ExportStateMessage,
  type CreateDownloadTokenRequest,
  type CreateDownloadTokenResponse,
  type CreateExportRequest,
  type CreateExportResponse,
  type DownloadExportRequest,
  type DownloadExportResponse,
  type Export as ExportMessage,
  type GetExportRequest,
  type GetExportResponse,
  type ListExportsRequest,
  type ListExportsResponse,
} from '@modelbridge/contracts/retention.v1/export';
import { Call, paced, validRequest, type StreamCall } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { z } from 'zod';
import type { Export, ExportState } from './export.js';
import { ExportsService, type Person } from './exports.service.js';

const stateOf: Record<ExportState, ExportStateMessage> = {
  queued: ExportStateMessage.QUEUED,
  preparing: ExportStateMessage.PREPARING,
  ready: ExportStateMessage.READY,
  failed: ExportStateMessage.FAILED,
  expired: ExportStateMessage.EXPIRED,
};

const newExportSchema = z.object({ exportId: idSchema('export').optional() });
const referenceSchema = z.object({ exportId: idSchema('export') });
const tokenSchema = z.object({ token: z.string().max(300, 'must be a token of a link') });

interface Asked {
  accountId: string;
  actorUserId?: string;
}

@Controller()
export class ExportsGrpc {
  constructor(
    private readonly exports: ExportsService,
    private readonly accounts: AccountAccess,
  ) {}

  @GrpcMethod('ExportService', 'createExport')
  async createExport(request: CreateExportRequest): Promise<CreateExportResponse> {
    const person = await this.person('createExport', request);
    const { exportId } = validRequest(newExportSchema, request);
    return { export: message(await this.exports.create(person, exportId)) };
  }

  @GrpcMethod('ExportService', 'listExports')
  async listExports(request: ListExportsRequest): Promise<ListExportsResponse> {
    const { accountId } = await this.person('listExports', request);
    return { exports: (await this.exports.list(accountId)).map(message) };
  }

  @GrpcMethod('ExportService', 'getExport')
  async getExport(request: GetExportRequest): Promise<GetExportResponse> {
    const { accountId } = await this.person('getExport', request);
    const { exportId } = validRequest(referenceSchema, request);
    return { export: message(await this.exports.get(accountId, exportId)) };
  }

  @GrpcMethod('ExportService', 'createDownloadToken')
  async createDownloadToken(
    request: CreateDownloadTokenRequest,
  ): Promise<CreateDownloadTokenResponse> {
    const person = await this.person('createDownloadToken', request);
    const { exportId } = validRequest(referenceSchema, request);
    return this.exports.createToken(person, exportId);
  }

  @GrpcMethod('ExportService', 'downloadExport')
  async downloadExport(
    @Payload() request: DownloadExportRequest,
    @Call() call: StreamCall,
  ): Promise<Observable<DownloadExportResponse>> {
    const { token } = validRequest(tokenSchema, request);
    const found = await this.exports.useToken(token);
    return paced(call, this.pieces(found));
  }

  private async *pieces(found: Export): AsyncGenerator<DownloadExportResponse> {
    let head = { sizeBytes: found.sizeBytes, sha256: found.sha256 ?? Buffer.alloc(0) };
    for await (const data of this.exports.archive(found)) {
      yield { data, ...head };
      head = { sizeBytes: 0n, sha256: Buffer.alloc(0) };
    }
  }

  /** Nobody but a person asks for their own. */
  private async person(
    method: 'createExport' | 'listExports' | 'getExport' | 'createDownloadToken',
    request: Asked,
  ): Promise<Person> {
    const userId = requireActor(request);
    await this.accounts.account(method, userId, request.accountId);
    return { accountId: request.accountId, userId };
  }
}

function message(found: Export): ExportMessage {
  return {
    exportId: found.exportId,
    accountId: found.accountId,
    state: stateOf[found.state],
    requestedAt: found.requestedAt,
    filesDone: found.filesDone,
    files: found.files,
    sizeBytes: found.sizeBytes,
    sha256: found.sha256 ?? Buffer.alloc(0),
    expiresAt: found.expiresAt ?? undefined,
  };
}
