/** Where a browser finds the pages of the stand-in. */
export function checkoutUrl(origin: string, session: string): string {
  return `${origin}/stripe/checkout/${session}`;
}

export function authenticationUrl(origin: string, intent: string): string {
  return `${origin}/stripe/authenticate/${intent}`;
}
