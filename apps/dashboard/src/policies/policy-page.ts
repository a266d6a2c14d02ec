import type { PolicyVersion } from '@modelbridge/contracts/auth.v1';
import markdownIt from 'markdown-it';

/** HTML in a policy stands for itself: nothing of it runs or is loaded. */
const markdown = markdownIt({ html: false, linkify: false });

/** All that these pages may do: show themselves. */
export const policyPageCsp =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const style = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 48rem; margin: 3rem auto; padding: 0 1rem }
  table { border-collapse: collapse; font-size: .9em } td, th { border: 1px solid #8884; padding: .3em .6em; text-align: left }
  aside { border-left: 4px solid #c80; padding: .5rem 1rem; background: #8881 }`;

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}: ModelBridge</title>
<style>
  ${style}
</style>
${body}
</html>
`;
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
}

/** One version, with what it is to the one in force, and what is announced. */
export function policyPage({ version, document, current, announced, now }: Shown): string {
  const isCurrent = version.policyVersion === current.policyVersion;
  const note = isCurrent
    ? ''
    : `<aside>This version is ${standing(version, now, false)}. <a href="/privacy">The version in force</a></aside>`;
  const change =
    isCurrent && announced !== undefined
      ? `<aside role="status"><p>This policy changes: ${escaped(announced.summary)}</p>
<p><a href="/privacy/versions/${announced.policyVersion}">The next version</a>, ${standing(announced, now, false)}</p></aside>`
      : '';
  return page(
    'Privacy Policy',
    `${note}${change}
${markdown.render(document)}
<p><a href="/privacy/versions">All versions of this policy</a></p>`,
  );
}

export function versionsPage(
  versions: readonly PolicyVersion[],
  current: PolicyVersion,
  now: Date,
): string {
  const rows = versions.map((version) => {
    const { policyVersion, summary, documentSha256 } = version;
    const isCurrent = policyVersion === current.policyVersion;
    return `<tr><td><a href="/privacy/versions/${policyVersion}">${policyVersion}</a></td>
<td>${standing(version, now, isCurrent)}</td><td>${escaped(summary)}</td>
<td><code>${Buffer.from(documentSha256).toString('hex')}</code></td></tr>`;
  });
  return page(
    'Versions of the privacy policy',
    `<h1>Versions of the privacy policy</h1>
<table><tr><th>Last updated</th><th></th><th>What changed</th><th>SHA-256 of the text</th></tr>
${rows.join('\n')}
</table>`,
  );
}
