/** Where an archive is downloaded with the token of a link, and no key. */
export function downloadPath(token: string): string {
  return `/exports/${token}`;
}
