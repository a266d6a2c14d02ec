import {
  ExportState,
  type DownloadExportResponse,
  type Export,
} from '@modelbridge/contracts/retention.v1/export';
import {
  exportDownload,
  privacyRoutes,
  type Answer,
  type DataExport,
} from '@modelbridge/dashboard-api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExportClient } from '../clients/clients.js';
import { Answers, Streams } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { sendPieces } from '../routes/send-pieces.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

const states: Partial<Record<ExportState, DataExport['state']>> = {
  [ExportState.QUEUED]: 'queued',
  [ExportState.PREPARING]: 'preparing',
  [ExportState.READY]: 'ready',
  [ExportState.EXPIRED]: 'expired',
};

/** Archives of everything that is known of the person. */
@Controller()
export class ExportsController {
  constructor(private readonly exports: ExportClient) {}

  @Answers(privacyRoutes.exports)
  async list(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof privacyRoutes.exports>,
  ): Promise<Answer<typeof privacyRoutes.exports>> {
    const asked = { accountId: params.account_id, actorUserId: userId };
    const { exports } = await this.exports.listExports(asked);
    return { items: exports.map(exportJson) };
  }

  @Answers(privacyRoutes.createExport)
  @Sensitive()
  async create(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof privacyRoutes.createExport>,
  ): Promise<DataExport> {
    const asked = { accountId: params.account_id, actorUserId: userId };
    const made = await this.exports.createExport(asked);
    if (made.export === undefined) throw new Error('retention answered without an export');
    return exportJson(made.export);
  }

  @Streams(exportDownload)
  async download(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<{ method: 'GET' } & typeof exportDownload>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { account_id: accountId, export_id: exportId } = params;
    const { token } = await this.exports.createDownloadToken({
      accountId,
      exportId,
      actorUserId: userId,
    });
    const pieces = this.exports.downloadExport({ token });
    await sendPieces<DownloadExportResponse>(reply, pieces, (first) => ({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="modelbridge-${exportId}.zip"`,
      'content-length': String(first?.sizeBytes ?? 0),
    }));
  }
}

function exportJson(found: Export): DataExport {
  return {
    export_id: found.exportId,
    state: states[found.state] ?? 'failed',
    requested_at: (found.requestedAt ?? new Date(0)).toISOString(),
    files_done: found.filesDone,
    files: found.files,
    size_bytes: Number(found.sizeBytes),
    sha256: found.sha256.length === 0 ? null : Buffer.from(found.sha256).toString('hex'),
    expires_at: found.expiresAt?.toISOString() ?? null,
  };
}
