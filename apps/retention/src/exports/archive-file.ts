interface Described {
  name: string;
  about: string;
  /** Of an object: its own fields. */
  parts?: readonly { name: string; about: string }[];
}

/** A field of the rows of a file, and where it comes from. Times are ISO 8601, UTC; money is a decimal string. */
export interface Field<Row> extends Described {
  readonly value: (row: Row) => unknown;
}

/** A field and what it is made of, where it is an object with fields of its own. */
export function described({
  name,
  about,
  parts = [],
}: Described): { name: string; about: string }[] {
  return [{ name, about }, ...parts.map((part) => ({ ...part, name: `${name}.${part.name}` }))];
}

/** One file of an archive: it is written as its rows come, and described by the same table. */
export interface ArchiveFile {
  /** Its place in the archive. */
  path: string;
  about: string;
  fields: readonly Described[];
  /** The file in pieces; `rows` is how many it has up to the end of each. */
  readonly write: () => AsyncIterable<{ data: Uint8Array; rows: number }>;
}

/** Rows that are held back until they are written at once: one a piece is several times slower. */
const rowsPerPiece = 500;
/** Of rows that are large the fewer. */
const charactersPerPiece = 256 * 1024;

export const iso = (time: Date | undefined): string | null => time?.toISOString() ?? null;
/** A value of a proto's enum, as the API writes it. */
export const word = (value: string, prefix: string): string =>
  value.replace(prefix, '').toLowerCase();
export const orNull = (text: string | undefined): string | null => text || null;

/** A JSON object a line. */
export function jsonLines<Row>(
  path: string,
  about: string,
  fields: readonly Field<Row>[],
  rows: () => AsyncIterable<Row>,
): ArchiveFile {
  async function* write(): AsyncGenerator<{ data: Uint8Array; rows: number }> {
    let lines: string[] = [];
    let characters = 0;
    let count = 0;
    for await (const row of rows()) {
      const line = JSON.stringify(objectOf(fields, row)) + '\n';
      lines.push(line);
      characters += line.length;
      count += 1;
      if (lines.length < rowsPerPiece && characters < charactersPerPiece) continue;
      yield { data: Buffer.from(lines.join('')), rows: count };
      lines = [];
      characters = 0;
    }
    yield { data: Buffer.from(lines.join('')), rows: count };
  }
  return { path, about, fields, write };
}

/** One JSON object; an empty file where there is none. */
export function jsonObject<Row>(
  path: string,
  about: string,
  fields: readonly Field<Row>[],
  row: () => Promise<Row | undefined>,
): ArchiveFile {
  async function* write(): AsyncGenerator<{ data: Uint8Array; rows: number }> {
    const found = await row();
    const text = found === undefined ? '' : JSON.stringify(objectOf(fields, found), null, 2) + '\n';
    yield { data: Buffer.from(text), rows: found === undefined ? 0 : 1 };
  }
  return { path, about, fields, write };
}

function objectOf<Row>(fields: readonly Field<Row>[], row: Row): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, value }) => [name, value(row)]));
}
