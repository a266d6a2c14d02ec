import { described, type ArchiveFile } from './archive-file.js';

export const schemaVersion = 1;

/** The archive's own files, as it describes those of the account. */
const ownFiles = [
  { path: 'README.md', about: 'This: every file and every field, in words.', fields: [] },
  {
    path: 'manifest.json',
    about: 'What the archive holds, to check it by.',
    fields: [
      { name: 'schema_version', about: 'Of the form of the archive.' },
      { name: 'made_at', about: 'When it was made.' },
      {
        name: 'files',
        about: 'Each file but this one.',
        parts: [
          { name: 'path', about: 'Its place in the archive.' },
          { name: 'rows', about: 'How many requests, keys and so on it has.' },
          { name: 'bytes', about: 'Its size.' },
          { name: 'sha256', about: 'Of its bytes, in hex.' },
        ],
      },
    ],
  },
];

/** What stands in an archive, for whoever opens it. */
export function archiveReadme(files: readonly ArchiveFile[], made: Date): string {
  const parts = [...files, ...ownFiles].map(
    ({ path, about, fields }) =>
      `## ${path}\n\n${about}\n` +
      (fields.length === 0
        ? ''
        : `\n| field | |\n| --- | --- |\n${fields
            .flatMap(described)
            .map((field) => `| ${field.name} | ${field.about} |`)
            .join('\n')}\n`),
  );
  return `# Your data at ModelBridge

Made at ${made.toISOString()}. Files ending in .jsonl have a JSON object a line, UTF-8; .csv is RFC 4180 with a header, and an
apostrophe stands before text that a spreadsheet would run as a formula. Times are ISO 8601, UTC. Money is text: the digits of
an integer in billionths of a US dollar, where a field does not say otherwise. Null and, in tables, an empty field is what
there is not. A name with a dot is a field within another. Keys' secrets are not here: nobody has them but you.

${parts.join('\n')}`;
}
