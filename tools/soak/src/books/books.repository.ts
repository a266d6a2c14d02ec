import pg from 'pg';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import type { Charge, Counter, UsageRow } from './records.js';

/** Longer than any statement of ours takes; a suspended server never answers. */
const statementMs = 30_000;

/** Reads of the databases of a running system, as the superuser. Each throws where the database is away. */
export class Books {
  constructor(
    private readonly superuserUrl: string,
    private readonly accountIds: () => readonly string[],
  ) {}

  /** Everything that the accounts have used. */
  usage(): Promise<UsageRow[]> {
    return this.on('usage_ledger', async (client) => {
      const { rows } = await client.query<Record<string, string> & { estimated: boolean }>(
        `select request_id, key_id, account_id, model, outcome, estimated, input_tokens::text,
                cache_read_tokens::text, cache_write_5m_tokens::text, cache_write_1h_tokens::text,
                output_tokens::text, reasoning_tokens::text, cost_nano_usd::text,
                overrun_nano_usd::text
           from usage_request where account_id = any($1::uuid[])`,
        [this.accounts()],
      );
      return rows.map((row) => ({
        requestId: idFromUuid('request', row['request_id'] ?? ''),
        keyId: idFromUuid('key', row['key_id'] ?? ''),
        accountId: idFromUuid('account', row['account_id'] ?? ''),
        model: row['model'] ?? '',
        outcome: row['outcome'] ?? '',
        estimated: row.estimated,
        tokens: {
          inputTokens: Number(row['input_tokens']),
          cacheReadTokens: Number(row['cache_read_tokens']),
          cacheWrite5mTokens: Number(row['cache_write_5m_tokens']),
          cacheWrite1hTokens: Number(row['cache_write_1h_tokens']),
          outputTokens: Number(row['output_tokens']),
          reasoningTokens: Number(row['reasoning_tokens']),
        },
        costNanoUsd: BigInt(row['cost_nano_usd'] ?? 0),
        overrunNanoUsd: BigInt(row['overrun_nano_usd'] ?? 0),
      }));
    });
  }

  /** The charges of the accounts and what stands in their counters, as of one moment. */
  money(): Promise<{ charges: Charge[]; counters: Counter[] }> {
    return this.on('billing', async (client) => {
      await client.query('begin isolation level repeatable read read only');
      const accounts = [this.accounts()];
      const charges = await client.query<Record<string, string>>(
        `select request_id, account_id, charged_nano_usd::text, overrun_nano_usd::text
           from charge where account_id = any($1::uuid[])`,
        accounts,
      );
      const counters = await countersOf(client, accounts);
      await client.query('commit');
      return {
        charges: charges.rows.map((row) => ({
          requestId: idFromUuid('request', row['request_id'] ?? ''),
          accountId: idFromUuid('account', row['account_id'] ?? ''),
          chargedNanoUsd: BigInt(row['charged_nano_usd'] ?? 0),
          overrunNanoUsd: BigInt(row['overrun_nano_usd'] ?? 0),
        })),
        counters,
      };
    });
  }

  /** What stands in the counters alone: cheap enough to look at all the time. */
  counters(): Promise<Counter[]> {
    return this.on('billing', (client) => countersOf(client, [this.accounts()]));
  }

  /** What nobody reported on in time, in nano-USD. */
  writtenOff(): Promise<bigint> {
    return this.on('billing', async (client) => {
      const { rows } = await client.query<{ sum: string }>(
        `select coalesce(sum(written_off_nano_usd), 0)::text as sum
           from allowance where account_id = any($1::uuid[])`,
        [this.accounts()],
      );
      return BigInt(rows[0]?.sum ?? 0);
    });
  }

  private accounts(): string[] {
    return this.accountIds().map((id) => uuidOf('account', id));
  }

  private async on<T>(database: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
    const url = new URL(this.superuserUrl);
    url.pathname = `/${database}`;
    const client = new pg.Client({
      connectionString: url.href,
      connectionTimeoutMillis: statementMs,
      query_timeout: statementMs,
    });
    // A server that is killed says so on a connection that nobody uses, too.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await use(client);
    } finally {
      // Not waited for: a suspended server never says goodbye.
      void client.end().catch(() => undefined);
    }
  }
}

async function countersOf(client: pg.Client, accounts: unknown[]): Promise<Counter[]> {
  const { rows } = await client.query<
    Record<string, string> & { cap_nano_usd: string | null; lowered: boolean }
  >(
    `select account_id, scope, scope_id, period, cap_nano_usd::text, used_nano_usd::text,
            held_nano_usd::text, lowered
       from spend_counter where account_id = any($1::uuid[])`,
    accounts,
  );
  return rows.map((row) => ({
    accountId: idFromUuid('account', row['account_id'] ?? ''),
    scope: row['scope'] ?? '',
    scopeId: row['scope_id'] ?? '',
    period: row['period'] ?? '',
    capNanoUsd: row.cap_nano_usd === null ? null : BigInt(row.cap_nano_usd),
    usedNanoUsd: BigInt(row['used_nano_usd'] ?? 0),
    heldNanoUsd: BigInt(row['held_nano_usd'] ?? 0),
    lowered: row.lowered,
  }));
}
