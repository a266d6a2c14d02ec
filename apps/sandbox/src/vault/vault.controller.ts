import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { Tokens } from './tokens.js';
import { refused, Transit } from './transit.js';

const transitMount = '/vault/v1/transit/';
const tokenPath = '/vault/v1/auth/token/';

/** A Vault whose transit engine is mounted at `transit`, for whoever has its token. It forgets its keys with the process. */
@Controller()
export class VaultController {
  private readonly transit = new Transit();
  private readonly tokens = new Tokens();

  constructor(@Inject(SANDBOX_CONFIG) config: SandboxConfig) {
    const { SANDBOX_VAULT_TOKEN: token } = config;
    if (token !== undefined) this.tokens.add(token, { ttl: 0, renewable: false });
  }

  @All(`${transitMount}*`)
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { pathname, searchParams } = new URL(request.url, 'http://vault');
    const method = searchParams.get('list') === 'true' ? 'LIST' : request.method;
    const body = (request.body ?? {}) as Record<string, unknown>;
    const answer = this.tokens.isGood(request.headers['x-vault-token'])
      ? this.transit.answer(method, pathname.slice(transitMount.length), body)
      : refused(403, 'permission denied');
    await reply.status(answer.status).send(answer.body);
  }

  @All(`${tokenPath}*`)
  async answerToken(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { pathname } = new URL(request.url, 'http://vault');
    const id = request.headers['x-vault-token'];
    const answer = this.tokens.answer(id, request.method, pathname.slice(tokenPath.length));
    await reply.status(answer.status).send(answer.body);
  }
}
