import { html, type Html } from './html.js';
import { siteFiles } from './site-files.js';

export interface SitePage {
  title: string;
  /** For search engines and previews. */
  description: string;
  /** Its own address, where it is to be found by search engines. */
  canonical?: string;
  /** The entry of the navigation that it belongs to. */
  section?: Section;
  body: Html;
}

type Section = 'pricing' | 'docs' | 'status' | 'privacy';

const entries: [Section, string, string][] = [
  ['pricing', '/pricing', 'Pricing'],
  ['docs', '/docs', 'Docs'],
  ['status', '/status', 'Status'],
];

/** A page of the site, with what is around all of them. It has no scripts, and no styles of its own. */
export function sitePage(page: SitePage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · ModelBridge</title>
        <meta name="description" content="${page.description}" />
        ${
          page.canonical === undefined
            ? html`<meta name="robots" content="noindex" />`
            : html`<link rel="canonical" href="${page.canonical}" />
                <meta property="og:title" content="${page.title} · ModelBridge" />
                <meta property="og:description" content="${page.description}" />
                <meta property="og:url" content="${page.canonical}" />`
        }
        <link rel="icon" href="${siteFiles.icon.path}" type="image/svg+xml" />
        <link rel="stylesheet" href="${siteFiles.style.path}" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="bar">
            <a class="logo" href="/"
              ><img src="${siteFiles.icon.path}" alt="" width="24" height="24" />ModelBridge</a
            >
            <nav aria-label="Site">
              <ul>
                ${entries.map(
                  ([section, path, label]) =>
                    html`<li>
                      <a href="${path}" ${page.section === section && html` aria-current="page"`}
                        >${label}</a
                      >
                    </li>`,
                )}
              </ul>
            </nav>
            <a class="button small" href="/sign-in">Sign in</a>
          </div>
        </header>
        <main id="main">${page.body}</main>
        <footer class="bottom">
          <div class="bar">
            <p>ModelBridge: many models behind one API.</p>
            <nav aria-label="More">
              <ul>
                <li><a href="/docs/quick-start">Quick start</a></li>
                <li><a href="/docs/errors">Errors</a></li>
                <li><a href="/privacy">Privacy Policy</a></li>
                <li><a href="/llms.txt">llms.txt</a></li>
                <li><a href="/status.json">status.json</a></li>
              </ul>
            </nav>
          </div>
        </footer>
      </body>
    </html> `.markup;
}

/** A page that says one thing, such as that there is none. */
export function notePage(title: string, body: Html): string {
  return sitePage({
    title,
    description: title,
    body: html`<div class="note">
      <h1>${title}</h1>
      ${body}
    </div>`,
  });
}
