import type { PolicyVersion } from '@modelbridge/contracts/auth.v1';
import { html, type Html } from '../site/html.js';
import { sitePage } from '../site/layout.js';
import { renderMarkdown } from '../site/markdown.js';

function page(title: string, canonical: string | undefined, body: Html): string {
  return sitePage({
    title,
    description: 'What ModelBridge keeps of you, for how long, why, and what you can do about it.',
    canonical,
    section: 'privacy',
    body: html`<article class="text">${body}</article>`,
  });
}

function day(time: Date | undefined): string {
  return time === undefined ? 'when everybody has been told' : time.toISOString().slice(0, 10);
}

function standing({ effectiveAt }: PolicyVersion, now: Date, isCurrent: boolean): string {
  if (isCurrent) return `in force since ${day(effectiveAt)}`;
  if (effectiveAt === undefined || effectiveAt > now) {
    return `announced, takes effect ${day(effectiveAt)}`;
  }
  return `in force from ${day(effectiveAt)}, replaced since`;
}

interface Shown {
  version: PolicyVersion;
  document: string;
  current: PolicyVersion;
  announced: PolicyVersion | undefined;
  now: Date;
  origin: string;
}

/** One version, with what it is to the one in force, and what is announced. */
export function policyPage({ version, document, current, announced, now, origin }: Shown): string {
  const isCurrent = version.policyVersion === current.policyVersion;
  return page(
    'Privacy Policy',
    isCurrent ? `${origin}/privacy` : undefined,
    html`${
        !isCurrent &&
        html`<aside class="banner fair">
          This version is ${standing(version, now, false)}.
          <a href="/privacy">The version in force</a>
        </aside>`
      }${
        isCurrent &&
        announced !== undefined &&
        html`<aside class="banner fair">
          <p>This policy changes: ${announced.summary}</p>
          <p>
            <a href="/privacy/versions/${announced.policyVersion}">The next version</a>,
            ${standing(announced, now, false)}
          </p>
        </aside>`
      }
      ${renderMarkdown(document).html}
      <p class="fine">
        <a href="/privacy/versions">All versions of this policy</a> ·
        <a href="/privacy/versions/${version.policyVersion}.md">This text as it was published</a>
      </p>`,
  );
}

export function versionsPage(
  versions: readonly PolicyVersion[],
  current: PolicyVersion,
  now: Date,
  origin: string,
): string {
  const rows = versions.map((version) => {
    const { policyVersion, summary, documentSha256 } = version;
    const isCurrent = policyVersion === current.policyVersion;
    return html`<tr>
      <th scope="row"><a href="/privacy/versions/${policyVersion}">${policyVersion}</a></th>
      <td>${standing(version, now, isCurrent)}</td>
      <td>${summary}</td>
      <td><code>${Buffer.from(documentSha256).toString('hex')}</code></td>
    </tr> `;
  });
  return page(
    'Versions of the privacy policy',
    `${origin}/privacy/versions`,
    html`<h1 id="versions">Versions of the privacy policy</h1>
      <div class="scroll" role="region" aria-labelledby="versions" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Last updated</th>
              <th scope="col">Standing</th>
              <th scope="col">What changed</th>
              <th scope="col">SHA-256 of the text</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>`,
  );
}
