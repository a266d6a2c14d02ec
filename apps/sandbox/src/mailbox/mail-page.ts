import type { Message } from './message.js';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} (sandbox)</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  table { width: 100%; border-collapse: collapse }
  th, td { text-align: left; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #8884; vertical-align: top }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: 1rem; border-radius: 6px }
  iframe { width: 100%; height: 46rem; border: 1px solid #8884; border-radius: 6px; background: #fff }
</style>
${body}
</html>
`;
}

/** The newest first. */
export function listPage(messages: readonly Message[]): string {
  const rows = messages.map(
    ({ id, receivedAt, to, subject }) =>
      `<tr><td>${escaped(receivedAt.replace('T', ' ').slice(0, 19))}</td><td>${escaped(to.join(', '))}</td>` +
      `<td><a href="/mail/${id}">${escaped(subject) || '(no subject)'}</a></td></tr>`,
  );
  const list =
    rows.length === 0
      ? '<p>No mail has been sent yet.</p>'
      : `<table><thead><tr><th>UTC</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
  return page(
    'Mailbox',
    `<h1>Mailbox</h1>\n<p>Every mail that this system sends ends here.</p>\n${list}`,
  );
}

/** A mail's HTML is shown in a frame that may run and load nothing. */
export function messagePage({
  id,
  to,
  from,
  subject,
  messageId,
  headers,
  text,
  html,
}: Message): string {
  const rows = [
    ['From', headers['from'] ?? from],
    ['To', to.join(', ')],
    ['Message-ID', messageId],
    ['List-Unsubscribe', headers['list-unsubscribe'] ?? ''],
  ].flatMap(([name = '', value = '']) =>
    value === '' ? [] : [`<tr><th>${name}</th><td>${escaped(value)}</td></tr>`],
  );
  const frame =
    html === ''
      ? ''
      : `<h2>HTML</h2>\n<iframe sandbox title="The mail as HTML" src="/mail/${id}/html"></iframe>`;
  return page(
    subject,
    `<p><a href="/mail">Mailbox</a></p>
<h1>${escaped(subject)}</h1>
<table>${rows.join('\n')}</table>
${frame}
<h2>Text</h2>
<pre>${escaped(text)}</pre>`,
  );
}
