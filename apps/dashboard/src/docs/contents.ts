export interface Entry {
  /** Its address is `/docs/<slug>`. */
  slug: string;
  /** Below `docs` of the repository. */
  file: string;
  /** A sentence, for lists and search engines. */
  summary: string;
}

export interface Section {
  title: string;
  entries: Entry[];
}

const entry = (slug: string, file: string, summary: string): Entry => ({ slug, file, summary });

/**
 * What of `docs` is for people who use the API, in the order in which it is read. What in these files is for others
 * stands between `<!-- internal -->` and `<!-- /internal -->`.
 */
export const contents: Section[] = [
  {
    title: 'Start',
    entries: [
      entry('quick-start', 'quick-start.md', 'From nothing to an answer and its price in minutes.'),
      entry('clients', 'clients.md', 'How to point SDKs and coding agents here, each one tried.'),
    ],
  },
  {
    title: 'The API',
    entries: [
      entry(
        'wire-apis',
        'wire-apis.md',
        'Chat completions, Responses and Messages for each model.',
      ),
      entry('errors', 'errors.md', 'Each error code, what it means, and whether to try again.'),
      entry(
        'idempotency',
        'idempotency.md',
        'How to repeat a request without paying for it twice.',
      ),
      entry('management-api', 'management-api.md', 'Keys, limits, spend and teams for programs.'),
    ],
  },
  {
    title: 'Money',
    entries: [
      entry('charging', 'charging.md', 'What a request costs, by how it ended.'),
      entry('limits', 'limits.md', 'Spending limits that hold, and rates.'),
      entry('payments', 'payments.md', 'Paying in, invoices, refunds and plans.'),
      entry('notices', 'notices.md', 'What you are told about your money, by mail and webhook.'),
    ],
  },
  {
    title: 'Keys and teams',
    entries: [
      entry('keys', 'keys.md', 'What a key may do, and how it is rotated and revoked.'),
      entry('teams', 'teams.md', 'Who may see and do what in a team.'),
    ],
  },
  {
    title: 'Privacy',
    entries: [
      entry('content', 'privacy/content.md', 'What becomes of what requests say.'),
      entry('rights', 'privacy/rights.md', 'Consents, objections, restriction and requests.'),
      entry('export', 'privacy/export.md', 'All that is known of you, as one archive.'),
      entry(
        'erasure',
        'privacy/erasure.md',
        'What happens when an account is deleted, and what stays.',
      ),
      entry(
        'receipts',
        'privacy/receipts.md',
        'Signed proof of what was destroyed, and how to check it.',
      ),
      entry('statistics', 'privacy/statistics.md', 'What is counted for the status page.'),
    ],
  },
];
