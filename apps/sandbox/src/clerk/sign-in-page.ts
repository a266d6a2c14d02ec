const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');
}

/** Who there is, one click each, and a form for somebody new. A code by mail has its place before the cookies. */
export function signInPage(options: {
  people: { email: string; name: string }[];
  redirectUrl: string;
  problem?: string;
}): string {
  const { people, redirectUrl, problem } = options;
  const form = (inner: string): string =>
    `<form method="post" action="?redirect_url=${encodeURIComponent(redirectUrl)}">${inner}</form>`;
  const known = people.map(({ email, name }) =>
    form(
      `<button name="email" value="${escaped(email)}">${escaped(name)} &middot; ${escaped(email)}</button>`,
    ),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (sandbox)</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem }
  button, input { font: inherit; width: 100%; box-sizing: border-box; margin: .2rem 0; padding: .4rem }
</style>
<h1>Sign in</h1>
<p>The sandbox stands in for Clerk: no password is asked for.</p>
${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`}
${known.join('\n')}
<h2>Somebody else</h2>
${form(`<label>E-mail address <input type="email" name="email" required></label>
<label>First name <input name="first_name" autocomplete="given-name"></label>
<button>Sign in or sign up</button>`)}
</html>
`;
}
