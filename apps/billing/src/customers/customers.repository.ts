import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** Of an account; null: it has none yet. */
export interface StoredCustomer {
  customerId: string | null;
  /** The account is nobody's any more. */
  isErased: boolean;
  /** It is gone at Stripe. */
  isDeleted: boolean;
}

@Injectable()
export class CustomersRepository {
  constructor(private readonly database: Database) {}

  /** The account's customer, null where it has none yet; undefined for an unknown account. */
  async customerOf(accountId: string): Promise<StoredCustomer | undefined> {
    const [row] = await this.database.query<StoredCustomer>(
      `SELECT c.customer_id AS "customerId", a.erased_at IS NOT NULL AS "isErased", c.deleted_at IS NOT NULL AS "isDeleted"
       FROM billing_account a LEFT JOIN stripe_customer c ON c.account_id = a.id WHERE a.id = $1`,
      [accountId],
    );
    return row;
  }

  async accountOf(tx: Tx, customerId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ accountId: string }>(
      'SELECT account_id AS "accountId" FROM stripe_customer WHERE customer_id = $1',
      [customerId],
    );
    return row?.accountId;
  }

  /** Notes that Stripe has deleted a customer. */
  async delete(customerId: string): Promise<void> {
    await this.database.execute(
      'UPDATE stripe_customer SET deleted_at = coalesce(deleted_at, now()) WHERE customer_id = $1',
      [customerId],
    );
  }

  /** Keeps an account's customer; the one that was kept first. */
  async keep(accountId: string, customerId: string): Promise<string> {
    const [row] = await this.database.query<{ customerId: string }>(
      `INSERT INTO stripe_customer (account_id, customer_id) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET account_id = EXCLUDED.account_id
       RETURNING customer_id AS "customerId"`,
      [accountId, customerId],
    );
    if (row === undefined) throw new Error('a customer was not kept');
    return row.customerId;
  }
}
