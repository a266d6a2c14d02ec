import type { Envelope, Letter } from './letter.js';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** A name or subject is one line, whatever it is made of. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function greeting(name: string): string {
  return oneLine(`Hello ${name}`) + ',';
}

export function textOf(letter: Letter, { name, footer, unsubscribeUrl }: Envelope): string {
  const { paragraphs, rows = [], link } = letter;
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  const blocks = [
    greeting(name),
    ...paragraphs,
    rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${oneLine(value)}`).join('\n'),
    link === undefined ? '' : `${link.label}: ${link.url}`,
    `-- \n${footer}`,
    unsubscribeUrl === undefined ? '' : `Unsubscribe: ${unsubscribeUrl}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

const font = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const muted = 'color:#5b6472';

/** Tables and inline styles, as mail programs need them; nothing is loaded from anywhere. */
export function htmlOf(letter: Letter, { name, footer, unsubscribeUrl }: Envelope): string {
  const { subject, paragraphs, rows = [], link } = letter;
  const paragraph = (html: string, style = ''): string =>
    `<p style="margin:0 0 16px;${style}">${html}</p>`;
  const table = rows.map(
    ([label, value]) =>
      `<tr><td style="padding:8px 16px 8px 0;border-top:1px solid #e3e6ea;${muted};vertical-align:top">${escaped(label)}</td>` +
      `<td style="padding:8px 0;border-top:1px solid #e3e6ea;text-align:right;word-break:break-word">${escaped(oneLine(value))}</td></tr>`,
  );
  const button =
    link &&
    paragraph(
      `<a href="${escaped(link.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4fd8;color:#ffffff;text-decoration:none">${escaped(link.label)}</a>`,
      'margin-top:24px',
    );
  const unsubscribe =
    unsubscribeUrl &&
    paragraph(`<a href="${escaped(unsubscribeUrl)}" style="${muted}">Unsubscribe</a>`, 'margin:0');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(oneLine(subject))}</title>
</head>
<body style="margin:0;padding:0;background:#f4f5f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f5f7">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:8px;${font};font-size:16px;line-height:1.5;color:#1b1f27">
<tr><td style="padding:28px 32px 0;font-weight:600">ModelBridge</td></tr>
<tr><td style="padding:16px 32px 12px">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escaped(oneLine(subject))}</h1>
${paragraph(escaped(greeting(name)))}
${paragraphs.map((text) => paragraph(escaped(text))).join('\n')}
${table.length === 0 ? '' : `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px;font-size:15px">${table.join('\n')}</table>`}
${button ?? ''}
</td></tr>
<tr><td style="padding:16px 32px 28px;border-top:1px solid #e3e6ea;font-size:13px;${muted}">
${paragraph(escaped(footer), 'margin-bottom:8px')}
${unsubscribe ?? ''}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}
