/** What an erasure leaves, and why: as the receipt and docs/privacy/erasure.md say it. */
export const stays = [
  {
    where: 'billing',
    what: 'payments, charges, invoices and balance under the number of the account, without a name, an address or a card',
    until: '7 years after the payment',
    why: 'tax and accounting law',
  },
  {
    where: 'usage-ledger',
    what: 'of each request its number, its place in the ledger and its cost; of a team’s requests all but who made them',
    until: 'as long as the ledger',
    why: 'the books add up, and the bill of the team is kept; nobody can be told from them',
  },
  {
    where: 'auth',
    what: 'entries of the audit log, which name the account, keys and sessions by numbers',
    until: 'as long as the log',
    why: 'an append-only record of who was let in, whose chain can be verified only whole',
  },
  {
    where: 'retention',
    what: 'a hash of the name of the destroyed secret of the author',
    until: 'as long as the service',
    why: 'no secret of this name is ever made again',
  },
  {
    where: 'retention',
    what: 'content that a legal hold covers, under the key of the hold',
    until: 'the hold ends, two years at most',
    why: 'the law forbids to destroy it; nobody reads it',
  },
  {
    where: 'every service',
    what: 'a hash of the number of the person',
    until: 'as long as the service',
    why: 'what arrives late is not taken for that of a person',
  },
  {
    where: 'message transport',
    what: 'events, which name people and keys by numbers',
    until: '7 days',
    why: 'they are dropped by age',
  },
  {
    where: 'logs of the services',
    what: 'lines about faults, which name accounts and people by numbers',
    until: 'they are rotated away, 30 days at most',
    why: 'faults are found by them',
  },
  {
    where: 'Stripe',
    what: 'payments that were made',
    until: 'as the law wants it of Stripe',
    why: 'Stripe deletes the customer and keeps what was paid',
  },
] as const;
