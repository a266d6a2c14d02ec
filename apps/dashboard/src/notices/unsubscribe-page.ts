const style = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 30rem; margin: 4rem auto; padding: 0 1rem }
  button { font: inherit; padding: .5rem 1rem }`;

/** All that a page of this kind may do: show itself, and send its form back. */
export const unsubscribePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Unsubscribe: ModelBridge</title>
<style>
  ${style}
</style>
<h1>Mails of ModelBridge</h1>
${body}
</html>
`;
}

/** Programs that look at links in mails open pages and send no forms: opening it changes nothing. */
export function askPage(token: string): string {
  return page(`<p>Do you want to do without mails of this kind?</p>
<form method="post" action="/notices/unsubscribe?token=${encodeURIComponent(token)}">
<button>Unsubscribe</button>
</form>`);
}

const kinds: Record<string, string> = {
  balance_low: 'when the balance is low',
  limit_reached_80: 'when 80 % of a limit are used',
  plan_changed: 'when the plan changes',
};

export function donePage(kind: string): string {
  const when = kinds[kind] ?? 'of this kind';
  return page(`<p role="status">Done: you get no more mails ${when} for this account.</p>`);
}

export function failedPage(isWrong: boolean): string {
  return page(
    isWrong
      ? '<p role="alert">This link is not complete. Open it as it stands in the mail.</p>'
      : '<p role="alert">That did not work just now. Try again in a minute.</p>',
  );
}
