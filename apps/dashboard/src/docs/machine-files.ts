import type { Library } from './library.js';
import type { Origins } from './document.js';

/** For language models: what there is, and where its text is (https://llmstxt.org). */
export function llmsTxt({ sections }: Library, { origin, apiOrigin }: Origins): string {
  const lists = sections.map(({ title, documents }) => {
    const lines = documents.map(
      (document) =>
        `- [${document.title}](${origin}/docs/${document.slug}.md): ${document.summary}`,
    );
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  return `# ModelBridge

> Claude, GPT and open models behind one API that speaks OpenAI's chat completions and Responses and Anthropic's Messages,
> with spending limits that hold. The API is at ${apiOrigin}; its OpenAPI description is at ${apiOrigin}/openapi.json.

${lists.join('\n')}
## Besides

- [Pricing](${origin}/pricing): prices by model and class of token, and plans
- [Status](${origin}/status.json): how models answer, by hour and region, as JSON
- [Privacy Policy](${origin}/privacy)
`;
}

/** What search engines should know of. */
export function sitemapXml({ documents }: Library, origin: string): string {
  const paths = ['/', '/pricing', '/status', '/privacy', '/privacy/versions', '/docs'];
  const all = [...paths, ...documents.map(({ slug }) => `/docs/${slug}`)];
  const urls = all.map((path) => `<url><loc>${origin}${path}</loc></url>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${urls.join('\n')}
</urlset>
`;
}

export function robotsTxt(origin: string): string {
  const closed = ['/app', '/bff', '/sign-in', '/webhooks', '/notices'];
  return `User-agent: *
${closed.map((path) => `Disallow: ${path}`).join('\n')}
Sitemap: ${origin}/sitemap.xml
`;
}
