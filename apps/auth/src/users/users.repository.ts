import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { User } from './user.js';

interface UserRow {
  id: string;
  email: string;
  name: string;
  account_id: string;
  created_at: Date;
}

const columns = 'id, email, name, account_id, created_at';

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when the address is taken. */
  async insert(user: Omit<User, 'createdAt'> & { emailKey: string }): Promise<User | undefined> {
    const [row] = await this.database.query<UserRow>(
      `insert into app_user (id, email, email_key, name, account_id)
       values ($1, $2, $3, $4, $5)
       on conflict (email_key) do nothing
       returning ${columns}`,
      [
        uuidOf('user', user.userId),
        user.email,
        user.emailKey,
        user.name,
        uuidOf('account', user.accountId),
      ],
    );
    return row && fromRow(row);
  }

  async find(userId: string): Promise<User | undefined> {
    const [row] = await this.database.query<UserRow>(
      `select ${columns} from app_user where id = $1`,
      [uuidOf('user', userId)],
    );
    return row && fromRow(row);
  }
}

function fromRow(row: UserRow): User {
  return {
    userId: idFromUuid('user', row.id),
    email: row.email,
    name: row.name,
    accountId: idFromUuid('account', row.account_id),
    createdAt: row.created_at,
  };
}
