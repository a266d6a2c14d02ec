import { Controller, UseInterceptors } from '@nestjs/common';
import type { Export } from '@modelbridge/contracts/retention.v1/export';
import { ExportClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { downloadPath } from '../downloads/download-path.js';
import * as operations from './exports.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { idOf } from './write-ids.js';

const stateNames = new Map(
  Object.entries(operations.exportStates).map(([name, code]) => [
    code,
    name as operations.ExportStateName,
  ]),
);

/** Archives of what is known of the person who made the key. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class ExportsController {
  constructor(private readonly exports: ExportClient) {}

  @Answers(operations.createExport)
  async create(
    @Manager() { accountId, actorUserId, writeId }: Managing,
    @Asked(operations.createExport) _: unknown,
  ): Promise<AnswerOf<typeof operations.createExport>> {
    const exportId = idOf('export', writeId);
    const made = await this.exports.createExport({ accountId, actorUserId, exportId });
    return exportJson(made.export);
  }

  @Answers(operations.listExports)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.listExports) _: unknown,
  ): Promise<AnswerOf<typeof operations.listExports>> {
    const { exports } = await this.exports.listExports({ accountId, actorUserId });
    return { object: 'list', data: exports.map(exportJson) };
  }

  @Answers(operations.getExport)
  async get(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.getExport) { params }: AskedOf<typeof operations.getExport>,
  ): Promise<AnswerOf<typeof operations.getExport>> {
    const asked = { accountId, actorUserId, exportId: params.id };
    return exportJson((await this.exports.getExport(asked)).export);
  }

  @Answers(operations.createExportLink)
  async link(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.createExportLink) { params }: AskedOf<typeof operations.createExportLink>,
  ): Promise<AnswerOf<typeof operations.createExportLink>> {
    const asked = { accountId, actorUserId, exportId: params.id };
    const { token, expiresAt } = await this.exports.createDownloadToken(asked);
    return {
      object: 'export_link',
      download_path: downloadPath(token),
      expires_at: expiresAt?.toISOString() ?? null,
    };
  }
}

function exportJson(found: Export | undefined): AnswerOf<typeof operations.getExport> {
  const state = found && stateNames.get(found.state as never);
  if (found === undefined || state === undefined) throw RequestError.of('service_unavailable');
  return {
    object: 'export',
    id: found.exportId,
    state,
    requested_at: found.requestedAt?.toISOString() ?? null,
    files_done: found.filesDone,
    files: found.files,
    size_bytes: Number(found.sizeBytes),
    sha256: found.sha256.length === 0 ? null : Buffer.from(found.sha256).toString('hex'),
    expires_at: found.expiresAt?.toISOString() ?? null,
  };
}
