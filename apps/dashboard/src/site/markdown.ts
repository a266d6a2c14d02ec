import markdownIt from 'markdown-it';
import { Html } from './html.js';

type Token = ReturnType<ReturnType<typeof markdownIt>['parse']>[number];

export interface Heading {
  level: number;
  text: string;
  id: string;
}

export interface Rendering {
  html: Html;
  headings: Heading[];
}

/** Where a link leads to in the rendering; undefined: its words stand without it. */
export type Links = (target: string) => string | undefined;

/** HTML in a text stands for itself: nothing of it runs or is loaded. */
const markdown = markdownIt({ html: false, linkify: false });

// What is wider than a phone is scrolled by itself, with the keyboard too.
const { rules } = markdown.renderer;
rules.table_open = () =>
  '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>\n';
rules.table_close = () => '</table></div>\n';
const { fence } = rules;
rules.fence = (...given) => fence?.(...given).replace('<pre>', '<pre tabindex="0">') ?? '';

/** A text as a page has it: headings that can be led to, tables and code that can be scrolled. */
export function renderMarkdown(text: string, links: Links = (target) => target): Rendering {
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  for (const { type, children } of tokens) {
    if (type === 'inline') leadLinks(children ?? [], links);
  }
  return { html: new Html(markdown.renderer.render(tokens, markdown.options, {})), headings };
}

function nameHeadings(tokens: readonly Token[]): Heading[] {
  const headings: Heading[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const text = plainText(tokens[at + 1]?.children ?? []);
    const stem = slugOf(text);
    const before = headings.filter(({ id }) => id === stem || id.startsWith(`${stem}-`)).length;
    const id = before === 0 ? stem : `${stem}-${before}`;
    token.attrSet('id', id);
    headings.push({ level: Number(token.tag.slice(1)), text, id });
  }
  return headings;
}

function plainText(tokens: readonly Token[]): string {
  return tokens.map(({ content }) => content).join('');
}

/** As GitHub names headings, whose links the texts have. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function leadLinks(tokens: Token[], links: Links): void {
  let isDropped = false;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = links(token.attrGet('href') ?? '');
      isDropped = target === undefined;
      if (target !== undefined) token.attrSet('href', target);
    }
    if (isDropped && /^link_(open|close)$/.test(token.type)) token.hidden = true;
  }
  // `hidden` is for blocks: inline, such tokens are left out.
  const kept = tokens.filter(({ hidden }) => !hidden);
  tokens.splice(0, tokens.length, ...kept);
}
