import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { tokenClasses, type BillLine } from './provider-bill.js';
import type { Bills } from './cost-comparison.js';

const tokenColumns: Record<(typeof tokenClasses)[number], string> = {
  inputTokens: 'input_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWrite5mTokens: 'cache_write_5m_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  outputTokens: 'output_tokens',
};

const lineColumns = `l.provider, l.day::text AS day, l.model, l.cost_nano_usd AS "costNanoUsd",
  ${tokenClasses.map((name) => `l.${tokenColumns[name]} AS "${name}"`).join(', ')}`;

interface BillDay {
  provider: string;
  day: string;
}

@Injectable()
export class ProviderBillsRepository {
  constructor(private readonly database: Database) {}

  /** Imports happen one after another. */
  async lock(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('provider_bill', 3))`);
  }

  /** The lines that count of these providers and days, by day, provider and model. */
  linesOf(tx: Tx, days: readonly BillDay[]): Promise<BillLine[]> {
    return tx.query<BillLine>(
      `SELECT ${lineColumns}
       FROM unnest($1::text[], $2::date[]) AS asked (provider, day)
       JOIN provider_bill_day d USING (provider, day)
       JOIN provider_bill_line l USING (import_id, provider, day)`,
      [days.map(({ provider }) => provider), days.map(({ day }) => day)],
    );
  }

  async add(tx: Tx, id: string, lines: readonly BillLine[]): Promise<void> {
    await tx.execute('INSERT INTO provider_bill_import (id) VALUES ($1)', [id]);
    await tx.execute(
      `INSERT INTO provider_bill_line (import_id, provider, day, model, cost_nano_usd,
         ${tokenClasses.map((name) => tokenColumns[name]).join(', ')})
       SELECT $1, * FROM unnest($2::text[], $3::date[], $4::text[], $5::int8[],
         ${tokenClasses.map((_, index) => `$${index + 6}::int8[]`).join(', ')})`,
      [
        id,
        lines.map(({ provider }) => provider),
        lines.map(({ day }) => day),
        lines.map(({ model }) => model),
        lines.map(({ costNanoUsd }) => costNanoUsd),
        ...tokenClasses.map((name) => lines.map((line) => line[name])),
      ],
    );
    await tx.execute(
      `INSERT INTO provider_bill_day (provider, day, import_id)
       SELECT DISTINCT provider, day, import_id FROM provider_bill_line WHERE import_id = $1
       ON CONFLICT (day, provider) DO UPDATE SET import_id = EXCLUDED.import_id`,
      [id],
    );
  }

  /** What counts of a span of UTC days, the last one left out. */
  async between(from: string, to: string, provider: string | undefined): Promise<Bills> {
    const filter = `d.day >= $1 AND d.day < $2 AND ($3::text IS NULL OR d.provider = $3)`;
    const parameters = [from, to, provider ?? null];
    const [lines, days] = await Promise.all([
      this.database.query<BillLine>(
        `SELECT ${lineColumns} FROM provider_bill_day d
         JOIN provider_bill_line l USING (import_id, provider, day) WHERE ${filter}`,
        parameters,
      ),
      this.database.query<BillDay>(
        `SELECT d.provider, d.day::text AS day FROM provider_bill_day d WHERE ${filter}`,
        parameters,
      ),
    ]);
    return { lines, days };
  }
}
