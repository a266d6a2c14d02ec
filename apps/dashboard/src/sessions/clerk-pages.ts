/** Where the browser is sent for Clerk to say who somebody is. */
export class ClerkPages {
  /**
   * @param origin of the web app, such as `https://app.example.com`
   * @param signInUrl Clerk's page on which people sign in and up
   * @param frontendUrl Clerk's frontend API, which tells who is signed in there
   */
  constructor(
    readonly origin: string,
    private readonly signInUrl: string,
    private readonly frontendUrl: string,
  ) {}

  signIn(state: string): string {
    const url = new URL(this.signInUrl);
    url.searchParams.set('redirect_url', this.callback(state));
    return url.href;
  }

  /** It sends the browser to the callback, with `__clerk_handshake` in the query. */
  handshake(state: string): string {
    const url = new URL(`${this.frontendUrl}/v1/client/handshake`);
    url.searchParams.set('redirect_url', this.callback(state));
    url.searchParams.set('suffixed_cookies', 'false');
    url.searchParams.set('__clerk_hs_reason', 'session-token-and-uat-missing');
    return url.href;
  }

  private callback(state: string): string {
    return `${this.origin}/sign-in/callback?state=${encodeURIComponent(state)}`;
  }
}
