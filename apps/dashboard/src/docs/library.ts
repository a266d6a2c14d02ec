import { readFileSync } from 'node:fs';
import { contents, type Section } from './contents.js';
import { documentOf, type Document, type Origins } from './document.js';

const repository = new URL('../../../../', import.meta.url);

/** A program that the docs hand out. */
export interface Program {
  path: string;
  body: string;
}

const verifier = { file: 'tools/receipts/verify-receipts.mjs', path: '/docs/verify-receipts.mjs' };

/** Other texts of the repository that have pages of their own on this site. */
const elsewhere: Record<string, string> = {
  'docs/privacy/policy': '/privacy/versions',
  [verifier.file]: verifier.path,
};

export interface Library {
  sections: (Omit<Section, 'entries'> & { documents: Document[] })[];
  /** All documents, in the order in which they are read. */
  documents: Document[];
  programs: Program[];
}

const read = (file: string): string => readFileSync(new URL(file, repository), 'utf8');

/** The docs, read once. @throws Error where one of them is not there, or is not as it should be */
export function readLibrary(origins: Origins): Library {
  const places = new Map(Object.entries(elsewhere));
  for (const { slug, file } of contents.flatMap(({ entries }) => entries)) {
    places.set(`docs/${file}`, `/docs/${slug}`);
  }
  const sections = contents.map(({ title, entries }) => ({
    title,
    documents: entries.map((entry) =>
      documentOf(entry, read(`docs/${entry.file}`), (file) => places.get(file), origins),
    ),
  }));
  const documents = sections.flatMap((section) => section.documents);
  return {
    sections,
    documents,
    programs: [{ path: verifier.path, body: read(verifier.file) }],
  };
}
