import { posix } from 'node:path';
import { renderMarkdown, type Heading, type Links } from '../site/markdown.js';
import type { Html } from '../site/html.js';
import type { Entry } from './contents.js';

export interface Document extends Entry {
  title: string;
  html: Html;
  headings: Heading[];
  /** The same for programs, with whole addresses. */
  markdown: string;
}

/** Where a text of the repository is to be found on this site, as the path of its page; undefined: nowhere. */
export type PlaceOf = (file: string) => string | undefined;

export interface Origins {
  origin: string;
  apiOrigin: string;
}

/** What the texts call the public API. */
const exampleOrigin = 'https://modelbridge.example';

/**
 * A text of the repository as the site has it: without what is for operators alone, with links that lead somewhere here.
 * @throws Error where what is internal is not closed, or there is no title
 */
export function documentOf(
  entry: Entry,
  source: string,
  placeOf: PlaceOf,
  { origin, apiOrigin }: Origins,
): Document {
  const text = withoutInternal(source, entry.file).replaceAll(exampleOrigin, apiOrigin);
  const lead = (target: string): string | undefined => leadTo(target, entry.file, placeOf);
  const { html, headings } = renderMarkdown(text, lead);
  const title = headings.find(({ level }) => level === 1)?.text;
  if (title === undefined) throw new Error(`docs/${entry.file} has no title`);
  return { ...entry, title, html, headings, markdown: withLinks(text, lead, origin) };
}

const internal = /<!-- internal -->[\s\S]*?<!-- \/internal -->\n*/g;

function withoutInternal(source: string, file: string): string {
  const text = source.replaceAll(internal, '');
  if (/<!-- \/?internal -->/.test(text)) {
    throw new Error(`docs/${file}: <!-- internal --> and <!-- /internal --> are not in pairs`);
  }
  return text;
}

function leadTo(target: string, from: string, placeOf: PlaceOf): string | undefined {
  if (/^(https:|#)/.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const file = posix.normalize(posix.join('docs', posix.dirname(from), path));
  const place = placeOf(file);
  return place === undefined || anchor === undefined ? place : `${place}#${anchor}`;
}

const inlineLink = /(?<!!)\[((?:`[^`]*`|[^\]`])*)\]\(([^()\s]+)\)/g;

/** Leads links of the text itself; those to a page of the docs to its own text. */
function withLinks(text: string, lead: Links, origin: string): string {
  return text.replaceAll(inlineLink, (_, label: string, target: string) => {
    const led = lead(target);
    if (led === undefined) return label;
    if (!led.startsWith('/')) return `[${label}](${led})`;
    const [place = '', anchor] = led.split('#');
    const ending = place.startsWith('/docs/') && !place.endsWith('.mjs') ? '.md' : '';
    return `[${label}](${origin}${place}${ending}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}
