import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthClient } from '../clients/clients.js';
import { PublicPlaces } from '../site/public-places.js';
import { PublicText } from '../site/public-text.js';
import { sendUnavailable } from '../site/unavailable.js';
import { policyPage, versionsPage } from './policy-page.js';

const versionName = /^\d{4}-\d{2}-\d{2}$/;

/** The privacy policy: the version in force, those before it, and the text of each as it was published. */
@Controller('privacy')
export class PoliciesController {
  constructor(
    private readonly auth: AuthClient,
    private readonly places: PublicPlaces,
  ) {}

  @Get()
  current(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<FastifyReply> {
    return this.shown(request, reply, () => this.page(''));
  }

  @Get('versions')
  versions(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<FastifyReply> {
    return this.shown(request, reply, async () => {
      const { current } = await this.auth.getCurrentPolicy({});
      const { versions } = await this.auth.listPolicyVersions({});
      return current && versionsPage(versions, current, new Date(), this.places.origin);
    });
  }

  @Get('versions/:version')
  version(
    @Param('version') version: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const isText = version.endsWith('.md');
    const name = isText ? version.slice(0, -3) : version;
    if (!versionName.test(name)) throw new NotFoundException();
    const body = () => (isText ? this.text(name) : this.page(name));
    return this.shown(request, reply, body, isText ? 'markdown' : 'html');
  }

  private async text(policyVersion: string): Promise<string> {
    return (await this.auth.getPolicyVersion({ policyVersion })).document;
  }

  private async page(policyVersion: string): Promise<string | undefined> {
    const { current, announced } = await this.auth.getCurrentPolicy({});
    const { version, document } = await this.auth.getPolicyVersion({ policyVersion });
    if (version === undefined || current === undefined) return undefined;
    const { origin } = this.places;
    return policyPage({ version, document, current, announced, now: new Date(), origin });
  }

  private async shown(
    request: FastifyRequest,
    reply: FastifyReply,
    body: () => Promise<string | undefined>,
    kind = 'html',
  ): Promise<FastifyReply> {
    let text: string | undefined;
    try {
      text = await body();
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') throw new NotFoundException();
    }
    if (text === undefined) return sendUnavailable(reply, 'The policy cannot be shown just now.');
    return new PublicText(text, kind).send(request, reply);
  }
}
