import { randomUUID } from 'node:crypto';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BillingError } from '../book/billing-error.js';
import { csvRows } from './csv.js';
import { BadBill, billLines, keyOf, sameLines, type BillLine } from './provider-bill.js';
import { ProviderBillsRepository } from './provider-bills.repository.js';

export interface ImportedDay {
  provider: string;
  day: string;
  lines: number;
  /** False: it was imported before, as it is. */
  changed: boolean;
}

/** Bills of providers, as operators import them. */
@Injectable()
export class ProviderBillsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ProviderBillsRepository,
    private readonly audit: AuditService,
  ) {}

  /**
   * Imports a file: all of it, or nothing. For each provider and day in it, it takes the place of what was imported
   * before; where that is the same, nothing changes. Throws `invalid_argument` (field `csv`) that names bad rows by
   * line and field.
   */
  async import(file: Buffer): Promise<ImportedDay[]> {
    const days = byDay(readBill(file));
    return this.database.transaction(async (tx) => {
      await this.repository.lock(tx);
      const known = byDay(inOrder(await this.repository.linesOf(tx, [...days.values()].flat())));
      const changed = new Map(
        [...days].filter(([day, lines]) => !sameLines(lines, known.get(day) ?? [])),
      );
      if (changed.size > 0) {
        const lines = [...changed.values()].flat();
        await this.repository.add(tx, randomUUID(), lines);
        await this.audit.record(tx, {
          act: 'provider_bill.imported',
          accountId: null,
          details: { days: String(changed.size), lines: String(lines.length) },
        });
      }
      return [...days].map(([key, lines]) => {
        const { provider, day } = lines[0] as BillLine;
        return { provider, day, lines: lines.length, changed: changed.has(key) };
      });
    });
  }
}

function readBill(file: Buffer): BillLine[] {
  try {
    return billLines(csvRows(file));
  } catch (error) {
    if (!(error instanceof BadBill)) throw error;
    throw new BillingError('invalid_argument', error.message, 'csv');
  }
}

function byDay(lines: readonly BillLine[]): Map<string, BillLine[]> {
  const days = new Map<string, BillLine[]>();
  for (const line of lines) {
    const key = `${line.day} ${line.provider}`;
    days.set(key, [...(days.get(key) ?? []), line]);
  }
  return days;
}

function inOrder(lines: BillLine[]): BillLine[] {
  return [...lines].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
