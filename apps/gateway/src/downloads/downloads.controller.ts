import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bounds } from '../bounds.js';
import { ExportClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import { sendFile } from '../files/send-file.js';
import { downloadPath } from './download-path.js';

/** Archives, for whoever has a link: the link is the right to it, and is used up. */
@Controller()
export class DownloadsController {
  private open = 0;

  constructor(private readonly exports: ExportClient) {}

  @Get(downloadPath(':token'))
  async download(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Browsers and mail programs look at links ahead of people: that uses none up.
    if (request.method !== 'GET') throw RequestError.of('not_found', { message: 'Ask with GET.' });
    if (this.open >= bounds.maxOpenFiles) {
      throw RequestError.of('overloaded', { retryAfterMs: bounds.readRetryAfterMs });
    }
    this.open += 1;
    const pieces = this.exports.downloadExport({ token });
    // Ended below, when nobody may be reading any more.
    pieces.on('error', () => undefined);
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
      this.open -= 1;
    }
  }
}
