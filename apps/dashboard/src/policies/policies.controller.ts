import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AuthClient } from '../clients/clients.js';
import { policyPage, policyPageCsp, versionsPage } from './policy-page.js';

const versionName = /^\d{4}-\d{2}-\d{2}$/;

/** The privacy policy: the version in force, those before it, and the text of each as it was published. */
@Controller('privacy')
export class PoliciesController {
  constructor(private readonly auth: AuthClient) {}

  @Get()
  current(@Res() reply: FastifyReply): Promise<FastifyReply> {
    return this.shown(reply, () => this.page(''));
  }

  @Get('versions')
  versions(@Res() reply: FastifyReply): Promise<FastifyReply> {
    return this.shown(reply, async () => {
      const { current } = await this.auth.getCurrentPolicy({});
      const { versions } = await this.auth.listPolicyVersions({});
      return current && versionsPage(versions, current, new Date());
    });
  }

  @Get('versions/:version')
  async version(
    @Param('version') version: string,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const isText = version.endsWith('.md');
    const name = isText ? version.slice(0, -3) : version;
    if (!versionName.test(name)) return absent(reply);
    return this.shown(reply, () => (isText ? this.text(name) : this.page(name)), isText);
  }

  private async text(policyVersion: string): Promise<string> {
    return (await this.auth.getPolicyVersion({ policyVersion })).document;
  }

  private async page(policyVersion: string): Promise<string | undefined> {
    const { current, announced } = await this.auth.getCurrentPolicy({});
    const { version, document } = await this.auth.getPolicyVersion({ policyVersion });
    if (version === undefined || current === undefined) return undefined;
    return policyPage({ version, document, current, announced, now: new Date() });
  }

  private async shown(
    reply: FastifyReply,
    body: () => Promise<string | undefined>,
    isText = false,
  ): Promise<FastifyReply> {
    try {
      const text = await body();
      if (text === undefined) return unavailable(reply);
      return reply
        .type(isText ? 'text/markdown; charset=utf-8' : 'text/html; charset=utf-8')
        .headers({
          'content-security-policy': policyPageCsp,
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'cache-control': 'public, max-age=60',
        })
        .send(text);
    } catch (error) {
      return rpcErrorFrom(error)?.code === 'not_found' ? absent(reply) : unavailable(reply);
    }
  }
}

function absent(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain; charset=utf-8').send('There is no such version.\n');
}

function unavailable(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .header('retry-after', '10')
    .type('text/plain; charset=utf-8')
    .send('The policy cannot be shown just now. Try again in a minute.\n');
}
