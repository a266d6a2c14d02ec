import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** A catalog as it is stored: JSON, prices as decimal strings. */
export interface StoredCatalog {
  id: bigint;
  catalog: unknown;
}

@Injectable()
export class CatalogRepository {
  constructor(private readonly database: Database) {}

  /** Returns false, and changes nothing, when the version exists. */
  async insert(version: string, catalog: unknown): Promise<boolean> {
    const inserted = await this.database.execute(
      `insert into catalog_version (version, catalog) values ($1, $2) on conflict (version) do nothing`,
      [version, JSON.stringify(catalog)],
    );
    return inserted === 1;
  }

  /** jsonb compares by value, so the order of keys and white space do not matter. */
  async holds(version: string, catalog: unknown): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from catalog_version where version = $1 and catalog = $2`,
      [version, JSON.stringify(catalog)],
    );
    return rows.length === 1;
  }

  async newest(): Promise<StoredCatalog | undefined> {
    const [row] = await this.database.query<StoredCatalog>(
      `select id, catalog from catalog_version order by id desc limit 1`,
    );
    return row;
  }

  async newestId(): Promise<bigint | undefined> {
    const [row] = await this.database.query<{ id: bigint | null }>(
      `select max(id) as id from catalog_version`,
    );
    return row?.id ?? undefined;
  }
}
