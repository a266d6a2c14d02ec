import type { RecordedRequest } from '@modelbridge/contracts/events';
import { tableColumns, type Column } from './columns.js';

/** RFC 4180: a header, CRLF, and quotes around what has a quote, a comma or an end of line in it. */
export class CsvEncoder {
  private readonly columns: readonly Column[];
  private header: string;

  constructor(tagNames: readonly string[]) {
    this.columns = tableColumns(tagNames);
    this.header = this.columns.map(({ name }) => textField(name)).join(',') + '\r\n';
  }

  add(requests: readonly RecordedRequest[]): Uint8Array {
    const head = this.header;
    this.header = '';
    return Buffer.from(head + requests.map((request) => this.row(request)).join(''));
  }

  /** A file without a request has its header all the same. */
  end(): Uint8Array {
    return this.add([]);
  }

  private row(request: RecordedRequest): string {
    const fields = this.columns.map(({ kind, value }) => {
      const given = value(request);
      if (given === null) return '';
      return kind === 'text' ? textField(String(given)) : String(given);
    });
    return fields.join(',') + '\r\n';
  }
}

/** Spreadsheets run what begins so, in quotes too. Numbers are left alone: -1 is none of it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

export function textField(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
