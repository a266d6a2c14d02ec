import { providers } from '@modelbridge/contracts';
import { z } from 'zod';
import { providerCostBounds } from './bounds.js';

/** Disjoint classes of tokens, as usage is counted. */
export const tokenClasses = [
  'inputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
] as const;
export type TokenClass = (typeof tokenClasses)[number];

/** What a provider billed for a model and UTC day. */
export type BillLine = Readonly<
  {
    provider: string;
    /** `YYYY-MM-DD`. */
    day: string;
    model: string;
    costNanoUsd: bigint;
  } & {
    /** Null where the bill does not tell. */
    [Name in TokenClass]: bigint | null;
  }
>;

/** What is wrong with a file, a line for each fault. */
export class BadBill extends Error {
  constructor(readonly faults: string[]) {
    const { toldErrors } = providerCostBounds;
    const more = faults.length - toldErrors;
    super(
      [...faults.slice(0, toldErrors), ...(more > 0 ? [`and ${more} more`] : [])].join('; ') +
        '. Nothing was imported',
    );
    this.name = 'BadBill';
  }
}

const columns = {
  day: 'day',
  provider: 'provider',
  model: 'model',
  input_tokens: 'inputTokens',
  cache_read_tokens: 'cacheReadTokens',
  cache_write_5m_tokens: 'cacheWrite5mTokens',
  cache_write_1h_tokens: 'cacheWrite1hTokens',
  output_tokens: 'outputTokens',
  cost_usd: 'costNanoUsd',
} as const satisfies Record<string, keyof BillLine>;

const columnNames = Object.keys(columns);

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text &&
  text >= '2020-01-01';

const tokensField = z
  .string()
  .regex(/^\d{0,15}$/, 'must be a whole number, or empty where the bill does not tell')
  .transform((digits) => (digits === '' ? null : BigInt(digits)));

const lineSchema = z.object({
  day: z.string().refine(isDay, 'must be a UTC day such as 2026-11-01'),
  provider: z.enum(providers, `must be one of ${providers.join(', ')}`),
  model: z
    .string()
    .regex(
      /^[\w.:/@-]{1,200}$/,
      "must be a model's id, such as claude-opus-4-6, as /v1/models has it",
    ),
  input_tokens: tokensField,
  cache_read_tokens: tokensField,
  cache_write_5m_tokens: tokensField,
  cache_write_1h_tokens: tokensField,
  output_tokens: tokensField,
  cost_usd: z
    .string()
    .regex(
      /^\d{1,9}(\.\d{1,9})?$/,
      'must be an amount of US dollars of 0 or more, such as 12.345, with at most 9 decimal places',
    )
    .transform((text) => {
      const [whole = '', fraction = ''] = text.split('.');
      return BigInt(whole + fraction.padEnd(9, '0'));
    }),
});

/** A row of a file, and the line on which it ends, from 1. */
export interface CsvRow {
  cells: string[];
  line: number;
}

/** The lines of a bill, by provider, day and model. Throws BadBill, which names each bad row by line and field. */
export function billLines([header, ...rows]: CsvRow[]): BillLine[] {
  const names = header?.cells ?? [];
  const missing = columnNames.filter((name) => !names.includes(name));
  const unknown = names.filter(
    (name, at) => !columnNames.includes(name) || names.indexOf(name) < at,
  );
  if (missing.length > 0 || unknown.length > 0) {
    throw new BadBill([`line 1: the header must be ${columnNames.join(',')}, in any order`]);
  }
  if (rows.length === 0) throw new BadBill(['the file has no rows below its header']);
  if (rows.length > providerCostBounds.csvRows) {
    throw new BadBill([
      `the file has more than ${providerCostBounds.csvRows} rows: import it in parts, each of whole days`,
    ]);
  }
  const faults: string[] = [];
  const lines = new Map<string, { value: BillLine; line: number }>();
  for (const { cells, line } of rows) {
    if (cells.length !== names.length) {
      faults.push(`line ${line}: has ${cells.length} fields, and the header ${names.length}`);
      continue;
    }
    const read = lineSchema.safeParse(
      Object.fromEntries(names.map((name, at) => [name, cells[at]])),
    );
    if (!read.success) {
      faults.push(
        ...read.error.issues.map(
          ({ path, message }) => `line ${line}: ${String(path[0])} ${message}`,
        ),
      );
      continue;
    }
    const value = Object.fromEntries(
      Object.entries(read.data).map(([name, cell]) => [
        columns[name as keyof typeof columns],
        cell,
      ]),
    ) as unknown as BillLine;
    const key = keyOf(value);
    const earlier = lines.get(key);
    if (earlier !== undefined) {
      faults.push(
        `line ${line}: model has a row for this day and provider on line ${earlier.line} already: add the two up`,
      );
      continue;
    }
    lines.set(key, { value, line });
  }
  if (faults.length > 0) throw new BadBill(faults);
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value);
}

/** One name for a provider's model on a day; by it rows are in one order. */
export function keyOf({
  provider,
  day,
  model,
}: Pick<BillLine, 'provider' | 'day' | 'model'>): string {
  return `${day} ${provider} ${model}`;
}

/** Whether two bills of the same days say the same. Both are in order. */
export function sameLines(a: readonly BillLine[], b: readonly BillLine[]): boolean {
  const fields: (keyof BillLine)[] = Object.values(columns);
  return (
    a.length === b.length &&
    a.every((line, index) => fields.every((field) => line[field] === b[index]?.[field]))
  );
}
