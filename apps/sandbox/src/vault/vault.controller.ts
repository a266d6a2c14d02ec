import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { refused, Transit } from './transit.js';

const mount = '/vault/v1/transit/';

/** A Vault whose transit engine is mounted at `transit`, for whoever has its token. It forgets its keys with the process. */
@Controller()
export class VaultController {
  private readonly transit = new Transit();

  constructor(@Inject(SANDBOX_CONFIG) private readonly config: SandboxConfig) {}

  @All(`${mount}*`)
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const isAllowed =
      this.config.SANDBOX_VAULT_TOKEN !== undefined &&
      request.headers['x-vault-token'] === this.config.SANDBOX_VAULT_TOKEN;
    const { pathname, searchParams } = new URL(request.url, 'http://vault');
    const method = searchParams.get('list') === 'true' ? 'LIST' : request.method;
    const body = (request.body ?? {}) as Record<string, unknown>;
    const answer = isAllowed
      ? this.transit.answer(method, pathname.slice(mount.length), body)
      : refused(403, 'permission denied');
    await reply.status(answer.status).send(answer.body);
  }
}
