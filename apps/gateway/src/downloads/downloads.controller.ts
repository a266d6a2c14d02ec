import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bounds } from '../bounds.js';
import { ExportClient } from '../clients/clients.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { RequestError } from '../errors/request-error.js';
import { sendFile } from '../files/send-file.js';
import { callerAddress } from '../keys/caller-address.js';
import { FairShares } from '../shares/fair-shares.js';
import { downloadPath } from './download-path.js';

/** Archives, for whoever has a link: the link is the right to it, and is used up. */
@Controller()
export class DownloadsController {
  /** Whose a link is, is known once it is used up: addresses share them. */
  private readonly open = new FairShares(bounds.maxOpenFiles, ['address']);

  constructor(
    private readonly exports: ExportClient,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'TRUSTED_PROXIES'>,
  ) {}

  @Get(downloadPath(':token'))
  async download(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Browsers and mail programs look at links ahead of people: that uses none up.
    if (request.method !== 'GET') throw RequestError.of('not_found', { message: 'Ask with GET.' });
    const path = [callerAddress(request.raw, this.config.TRUSTED_PROXIES)];
    this.take(path);
    const pieces = this.exports.downloadExport({ token });
    // Ended below, when nobody may be reading any more.
    pieces.on('error', () => undefined);
    reply.raw.once('close', () => pieces.cancel());
    try {
      await sendFile(request, reply, {
        name: 'modelbridge-export.zip',
        mediaType: 'application/zip',
        isCompressed: true,
        pieces,
        headers: { 'referrer-policy': 'no-referrer' },
      });
    } finally {
      pieces.cancel();
      this.open.release(path);
    }
  }

  private take(path: readonly string[]): void {
    const full = this.open.take(path);
    if (full === undefined) return;
    const { readRetryAfterMs: retryAfterMs } = bounds;
    if (full === 'all') throw RequestError.of('overloaded', { retryAfterMs });
    throw RequestError.of('too_many_at_once', {
      message:
        'From this address as many archives are downloaded as leaves room for others. The link stays good: try again when some have ended.',
      retryAfterMs,
      details: { bound: 'address.open_downloads' },
    });
  }
}
