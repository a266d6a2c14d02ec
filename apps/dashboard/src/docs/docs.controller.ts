import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PublicPlaces } from '../site/public-places.js';
import { PublicText } from '../site/public-text.js';
import { docPage, docsIndex } from './docs-pages.js';
import { readLibrary } from './library.js';
import { llmsTxt, robotsTxt, sitemapXml } from './machine-files.js';

const cacheControl = 'public, max-age=300';

/** The docs, as pages and as Markdown, and what programs look for on a site. */
@Controller()
export class DocsController {
  /** By path. */
  private readonly texts: Map<string, PublicText>;

  constructor(places: PublicPlaces) {
    const { origin } = places;
    const library = readLibrary(places);
    const text = (body: string, kind?: string) => new PublicText(body, kind, cacheControl);
    this.texts = new Map([
      ['/docs', text(docsIndex(library, origin))],
      ['/llms.txt', text(llmsTxt(library, places), 'text')],
      ['/sitemap.xml', text(sitemapXml(library, origin), 'xml')],
      ['/robots.txt', text(robotsTxt(origin), 'text')],
    ]);
    for (const document of library.documents) {
      this.texts.set(`/docs/${document.slug}`, text(docPage(document, library, origin)));
      this.texts.set(`/docs/${document.slug}.md`, text(document.markdown, 'markdown'));
    }
    for (const { path, body } of library.programs) {
      this.texts.set(path, text(body, 'text/javascript; charset=utf-8'));
    }
  }

  @Get(['docs', 'llms.txt', 'sitemap.xml', 'robots.txt'])
  known(@Req() request: FastifyRequest, @Res() reply: FastifyReply): FastifyReply {
    return this.sent(request, reply, request.url.split('?')[0] ?? '');
  }

  @Get('docs/:name')
  document(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): FastifyReply {
    return this.sent(request, reply, `/docs/${name}`);
  }

  private sent(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
    const text = this.texts.get(path);
    if (text === undefined) throw new NotFoundException();
    return text.send(request, reply);
  }
}
