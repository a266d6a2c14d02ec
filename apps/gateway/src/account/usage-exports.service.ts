import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ExportUsageRequest } from '@modelbridge/contracts/usage_ledger.v1';
import { bounds } from '../bounds.js';
import { UsageLedgerClient } from '../clients/clients.module.js';
import { sendFile } from '../files/send-file.js';
import { KeyShares, type Owner } from '../shares/key-shares.js';
import { exportFormats, type exportQuery } from './usage-export.operations.js';

/** Hands usage on as files, as the ledger writes them; what is held of one does not grow with it. */
@Injectable()
export class UsageExports {
  private readonly shares = new KeyShares({
    name: 'open_files',
    what: 'exports running',
    total: bounds.maxOpenFiles,
  });

  constructor(private readonly usageLedger: UsageLedgerClient) {}

  /** Resolves when the file was sent or cut off; rejects with what the ledger refuses, before anything is sent. */
  async send(
    owner: Owner,
    scope: Pick<ExportUsageRequest, 'accountId' | 'keyId' | 'actorUserId'>,
    { format, from, to }: z.output<typeof exportQuery>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { code, mediaType } = exportFormats[format];
    this.shares.take(owner);
    const pieces = this.usageLedger.exportUsage({
      ...scope,
      from: new Date(from),
      to: new Date(to),
      format: code,
      anyLength: false,
      filter: undefined,
    });
    // Ended below, when nobody may be reading any more.
    pieces.on('error', () => undefined);
    reply.raw.once('close', () => pieces.cancel());
    try {
      await sendFile(request, reply, {
        name: `modelbridge-usage-${from.slice(0, 10)}-${to.slice(0, 10)}.${format}`,
        mediaType,
        isCompressed: format === 'parquet',
        pieces,
      });
    } finally {
      pieces.cancel();
      this.shares.release(owner);
    }
  }
}
