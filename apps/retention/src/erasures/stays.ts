/** What an erasure leaves, and why: as the receipt and docs/privacy/erasure.md say it. */
export const stays = [
  {
    where: 'billing',
    what: 'payments, charges, invoices and balance under the numbers of the account, of its keys and of the deleted customer at Stripe, without a name, an address or a card',
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
    what: 'entries of the audit log, which name the account, the person, keys and sessions by numbers',
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
    what: 'events, which name people, accounts and keys by numbers, and what was used with the tags that callers gave it',
    until: '7 days',
    why: 'they are dropped by age',
  },
  {
    where: 'spools of gateways',
    what: 'what was used, by the numbers of people, accounts and keys, with the tags that callers gave it',
    until: 'a spool file is full, or its gateway ends',
    why: 'usage that is not in the ledger yet is sent from there after a crash; such a file goes as a whole',
  },
  {
    where: 'disks of the databases',
    what: 'rows that were removed and the log of writes, which no query reads, and backups',
    until: 'they are written over, and backups rotated away; content in them cannot be opened',
    why: 'databases free room in the course of work, and are restored after a loss',
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
