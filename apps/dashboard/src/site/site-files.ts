import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface SiteFile {
  /** Names its content: it never changes. */
  path: string;
  type: string;
  body: string;
}

function siteFile(name: string, type: string): SiteFile {
  const body = readFileSync(new URL(`../../public/${name}`, import.meta.url), 'utf8');
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  const [stem, ending] = name.split('.');
  return { path: `/site/${stem}-${hash}.${ending}`, type, body };
}

/** What the pages of the site load: nothing else, and nothing from elsewhere. */
export const siteFiles = {
  style: siteFile('site.css', 'text/css; charset=utf-8'),
  icon: siteFile('icon.svg', 'image/svg+xml'),
};
