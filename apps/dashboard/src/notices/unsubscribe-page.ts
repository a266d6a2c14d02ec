import { html, type Html } from '../site/html.js';
import { notePage } from '../site/layout.js';

const page = (body: Html): string => notePage('Mails of ModelBridge', body);

/** Programs that look at links in mails open pages and send no forms: opening it changes nothing. */
export function askPage(token: string): string {
  return page(
    html`<p>Do you want to do without mails of this kind?</p>
      <form method="post" action="/notices/unsubscribe?token=${encodeURIComponent(token)}">
        <button class="button">Unsubscribe</button>
      </form>`,
  );
}

const kinds: Record<string, string> = {
  balance_low: 'when the balance is low',
  limit_reached_80: 'when 80 % of a limit are used',
  plan_changed: 'when the plan changes',
};

export function donePage(kind: string): string {
  const when = kinds[kind] ?? 'of this kind';
  return page(html`<p role="status">Done: you get no more mails ${when} for this account.</p>`);
}

export function failedPage(isWrong: boolean): string {
  return page(
    isWrong
      ? html`<p role="alert">This link is not complete. Open it as it stands in the mail.</p>`
      : html`<p role="alert">That did not work just now. Try again in a minute.</p>`,
  );
}
