import { describe, expect, it } from '@jest/globals';
import { documentOf } from './document.js';
import { docPage } from './docs-pages.js';
import { readLibrary } from './library.js';
import { llmsTxt, sitemapXml } from './machine-files.js';

const origins = { origin: 'https://app.test', apiOrigin: 'https://api.test' };
const library = readLibrary(origins);
const anchors = new Map(
  library.documents.map(({ slug, headings }) => [`/docs/${slug}`, headings.map(({ id }) => id)]),
);

describe('the docs', () => {
  it.each(library.documents.map((document) => [document.slug, document] as const))(
    '%s lead nowhere that is not there',
    (slug, document) => {
      const links = [...document.html.markup.matchAll(/href="([^"]*)"/g)].map(([, to]) => to ?? '');
      const others = ['/privacy', '/privacy/versions', ...library.programs.map(({ path }) => path)];
      for (const link of links.filter((to) => !to.startsWith('https:'))) {
        const [path = '', anchor] = link.startsWith('#')
          ? [`/docs/${slug}`, link.slice(1)]
          : link.split('#');
        if (others.includes(path)) continue;
        expect([link, [...anchors.keys()]]).toEqual([link, expect.arrayContaining([path])]);
        if (anchor !== undefined) expect(anchors.get(path)).toContain(anchor);
      }
    },
  );

  it('tell nothing that is for operators', () => {
    const ofOperators = library.documents.flatMap(({ slug, markdown }) =>
      (markdown.match(/.*(npm run|internal -->).*/g) ?? []).map((line) => `${slug}: ${line}`),
    );
    expect(ofOperators).toEqual([]);
  });

  it('name the API by its address, and lead from Markdown to Markdown', () => {
    const start = library.documents.find(({ slug }) => slug === 'quick-start');
    expect(start?.markdown).toContain('curl -i https://api.test/v1/chat/completions');
    expect(start?.markdown).toContain('(https://app.test/docs/keys.md#test-keys)');
    expect(library.documents.map(({ markdown }) => markdown).join()).not.toContain(
      'modelbridge.example',
    );
  });

  it('are listed for programs', () => {
    for (const { slug } of library.documents) {
      expect(llmsTxt(library, origins)).toContain(`(https://app.test/docs/${slug}.md): `);
      expect(sitemapXml(library, origins.origin)).toContain(`https://app.test/docs/${slug}<`);
    }
  });

  it('lead from each page to the one before and the next', () => {
    const [first, second] = library.documents;
    if (first === undefined || second === undefined) throw new Error('no docs');
    expect(docPage(first, library, origins.origin)).toContain(`href="/docs/${second.slug}"`);
  });
});

describe('a document', () => {
  const entry = { slug: 'a', file: 'a.md', summary: 's' };
  const made = (source: string) => documentOf(entry, source, () => undefined, origins);

  it('is without what is internal', () => {
    const source =
      '# A\n\n<!-- internal -->\n\nsecret\n\n<!-- /internal -->\n\nopen [b](../b.ts)\n';
    const { html, markdown } = made(source);
    expect(html.markup).not.toContain('secret');
    expect(markdown).toBe('# A\n\nopen b\n');
  });

  it.each(['# A\n\n<!-- internal -->\n\nsecret', '# A\n\n<!-- /internal -->', 'no title'])(
    '%j is refused',
    (source) => {
      expect(() => made(source)).toThrow(/docs\/a\.md/);
    },
  );
});
