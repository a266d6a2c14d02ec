const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');
}

/** No script, no picture, nothing from elsewhere. */
export const pageHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

const style = `
  :root { color-scheme: light; --ink: #1a1f36; --soft: #4f566b; --line: #d5dbe1; --accent: #4b44c7 }
  * { box-sizing: border-box }
  body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: #f6f8fa; margin: 0 }
  main { max-width: 27rem; margin: 2.5rem auto; padding: 0 1rem }
  main.wide { max-width: 44rem }
  .card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem 1.5rem; margin: 1rem 0 }
  h1 { font-size: 1.2rem; margin: 0 0 .25rem } h2 { font-size: 1.05rem; margin: 0 0 .75rem }
  .amount { font-size: 2.1rem; font-weight: 600; margin: 0 } .soft { color: var(--soft) } p { margin: .4rem 0 }
  table { width: 100%; border-collapse: collapse } th, td { text-align: left; padding: .4rem 0; vertical-align: top; font-weight: 400 }
  td:last-child, th:last-child { text-align: right } tr.total > * { border-top: 1px solid var(--line); font-weight: 600 }
  label { display: block; font-weight: 500; margin: .75rem 0 0 } .pair { display: flex; gap: .75rem } .pair > * { flex: 1; min-width: 0 }
  input { font: inherit; width: 100%; padding: .5rem .6rem; border: 1px solid #8792a2; border-radius: 6px; margin-top: .25rem; background: #fff; color: inherit }
  input[readonly] { background: #f6f8fa; border-color: var(--line) }
  button { font: inherit; font-weight: 600; width: 100%; padding: .65rem; margin-top: 1.1rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: #fff; cursor: pointer }
  button.second { background: #fff; color: var(--accent); margin-top: .6rem } button.small { width: auto; padding: .3rem .8rem; margin: 0 }
  a { color: var(--accent) } :focus-visible { outline: 3px solid #8f8af0; outline-offset: 2px }
  [role=alert] { border: 1px solid #c0123c; background: #fff5f7; color: #9c0f31; border-radius: 6px; padding: .6rem .8rem; margin: 0 0 .75rem }
  .banner { background: #fff3d6; color: #6b4600; text-align: center; font-size: .875rem; padding: .35rem 1rem; margin: 0 }
  details { margin-top: 1rem; font-size: .875rem } code { font-size: .95em; white-space: nowrap } ul { padding-left: 1.1rem; margin: .4rem 0 }
`;

/** A page in the stand-in's own plain look: nobody is to take it for Stripe's. */
export function htmlPage(title: string, content: string, width: 'narrow' | 'wide' = 'narrow') {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<p class="banner">Sandbox: no real card is charged.</p>
<main${width === 'wide' ? ' class="wide"' : ''}>
${content}
</main>
</body>
</html>
`;
}
