/** The id of what Stripe gives as an id or, expanded, as an object; undefined for none. */
export function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}
