import type { ArchiveFile } from './archive-file.js';

export const schemaVersion = 1;

/** What stands in an archive, for whoever opens it. */
export function archiveReadme(files: readonly ArchiveFile[], made: Date): string {
  const parts = files.map(
    ({ path, about, fields }) =>
      `## ${path}\n\n${about}\n` +
      (fields.length === 0
        ? ''
        : `\n| field | |\n| --- | --- |\n${fields.map((field) => `| ${field.name} | ${field.about} |`).join('\n')}\n`),
  );
  return `# Your data at ModelBridge

Made at ${made.toISOString()}. Files ending in .jsonl have a JSON object a line, UTF-8; .csv is RFC 4180 with a header, and an
apostrophe stands before text that a spreadsheet would run as a formula. Times are ISO 8601, UTC. Money is text: the digits of
an integer in billionths of a US dollar, where a field does not say otherwise. Null and, in tables, an empty field is what
there is not. Keys' secrets are not here: nobody has them but you.

manifest.json has each file's size, number of rows and SHA-256; version ${schemaVersion} of this form.

${parts.join('\n')}`;
}
