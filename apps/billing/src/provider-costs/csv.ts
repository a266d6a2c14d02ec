import { CsvError, parse } from 'csv-parse/sync';
import { BadBill, type CsvRow } from './provider-bill.js';

/** The rows of a CSV file (RFC 4180, UTF-8), empty ones left out. Throws BadBill where it is none. */
export function csvRows(file: Buffer): CsvRow[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    throw new BadBill(['the file is not UTF-8: save it as CSV in UTF-8']);
  }
  try {
    const rows = parse(text, {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { lines?: number };
    throw new BadBill([
      `${lines === undefined ? '' : `line ${lines}: `}the file is no CSV: a quote is out of place`,
    ]);
  }
}
