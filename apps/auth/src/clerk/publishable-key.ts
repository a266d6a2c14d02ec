/** The host of Clerk's frontend API, which a publishable key holds; undefined where it is no such key. */
export function frontendHostOf(publishableKey: string): string | undefined {
  const encoded = /^pk_(?:live|test)_([A-Za-z0-9+/_-]+={0,2})$/.exec(publishableKey)?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString();
  return /^([a-z0-9.-]+)\$$/i.exec(text)?.[1];
}
