import { html, type Html } from '../site/html.js';
import { sitePage } from '../site/layout.js';
import type { Document } from './document.js';
import type { Library } from './library.js';

/** All pages of the docs, by section. */
export function docsIndex({ sections }: Library, origin: string): string {
  return sitePage({
    title: 'Docs',
    description: 'How to use ModelBridge: quick start, clients, APIs, errors, limits and privacy.',
    canonical: `${origin}/docs`,
    section: 'docs',
    body: html`<div class="wide">
      <h1>Docs</h1>
      <p class="lead">
        New here? Begin with the <a href="/docs/quick-start">quick start</a>. For programs:
        <a href="/llms.txt">llms.txt</a>, and each page as Markdown.
      </p>
      <div class="columns">
        ${sections.map(
          ({ title, documents }) =>
            html`<section>
              <h2>${title}</h2>
              <ul class="contents">
                ${documents.map(
                  ({ slug, title: name, summary }) =>
                    html`<li>
                      <a href="/docs/${slug}">${name}</a>
                      <p>${summary}</p>
                    </li>`,
                )}
              </ul>
            </section> `,
        )}
      </div>
    </div>`,
  });
}

export function docPage(document: Document, library: Library, origin: string): string {
  const { slug, title, summary, headings } = document;
  const at = library.documents.indexOf(document);
  const parts = headings.filter(({ level }) => level === 2);
  return sitePage({
    title,
    description: summary,
    canonical: `${origin}/docs/${slug}`,
    section: 'docs',
    body: html`<div class="docs">
      <nav class="side" aria-label="Docs">${sideOf(document, library)}</nav>
      <div>
        <p class="crumbs"><a href="/docs">Docs</a> <span>/ ${title}</span></p>
        <article class="text">${document.html}</article>
        <nav class="around" aria-label="Before and after">
          ${step('Before', library.documents[at - 1])}${step('Next', library.documents[at + 1])}
        </nav>
        <p class="fine"><a href="/docs/${slug}.md">This page as Markdown</a></p>
      </div>
      ${
        parts.length > 1 &&
        html`<nav class="toc" aria-labelledby="toc">
          <h2 id="toc">On this page</h2>
          <ul>
            ${parts.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
          </ul>
        </nav>`
      }
    </div>`,
  });
}

function sideOf(open: Document, { sections }: Library): Html[] {
  return sections.map(
    ({ title, documents }) =>
      html`<h2>${title}</h2>
        <ul>
          ${documents.map((document) => html`<li><a href="/docs/${document.slug}" ${document === open && html` aria-current="page"`}>${document.title}</a></li>`)}
        </ul> `,
  );
}

function step(label: string, document: Document | undefined): Html | false {
  return (
    document !== undefined &&
    html`<a href="/docs/${document.slug}"><span>${label}</span>${document.title}</a>`
  );
}
