/** Where a browser finds the pages of the stand-in. */
export function checkoutUrl(origin: string, session: string): string {
  return `${origin}/stripe/checkout/${session}`;
}

export function authenticationUrl(origin: string, intent: string): string {
  return `${origin}/stripe/authenticate/${intent}`;
}

export function invoiceUrl(origin: string, invoice: string): string {
  return `${origin}/stripe/invoices/${invoice}`;
}

export function portalUrl(origin: string, session: string): string {
  return `${origin}/stripe/portal/${session}`;
}

export function receiptUrl(origin: string, charge: string): string {
  return `${origin}/stripe/receipts/${charge}`;
}
