import { createHash } from 'node:crypto';
import type { UserJSON } from '@clerk/backend';
import { invalid, notFound } from './clerk-error.js';
import { emailJson, userJson } from './objects.js';

/** Whoever this is told of changes. */
export type Announce = (type: string, data: object) => void;

export interface NewPerson {
  email: string;
  firstName?: string | null;
  lastName?: string | null;
}

/** Everybody whom the stand-in knows, in memory. An address has the same person after a restart. */
export class People {
  private readonly byId = new Map<string, UserJSON>();
  private readonly deletions = new Map<string, number>();

  constructor(private readonly announce: Announce) {}

  /** Known when the process starts: nobody is told. */
  seed(person: NewPerson): void {
    const user = this.made(person);
    this.byId.set(user.id, user);
  }

  create(person: NewPerson): UserJSON {
    this.mustBeFree(person.email);
    const user = this.made(person);
    this.byId.set(user.id, user);
    this.announce('user.created', user);
    return user;
  }

  get(id: string): UserJSON {
    const user = this.byId.get(id);
    if (user === undefined) throw notFound('User');
    return user;
  }

  byEmail(email: string): UserJSON | undefined {
    const wanted = email.toLowerCase();
    return this.all().find(({ email_addresses }) =>
      email_addresses.some(({ email_address }) => email_address.toLowerCase() === wanted),
    );
  }

  all(): UserJSON[] {
    return [...this.byId.values()];
  }

  update(id: string, changes: Partial<UserJSON>): UserJSON {
    const user = this.get(id);
    const known = changes.primary_email_address_id;
    const addresses = changes.email_addresses ?? user.email_addresses;
    if (known && !addresses.some(({ id: addressId }) => addressId === known)) {
      throw notFound('Email address');
    }
    Object.assign(user, changes, { updated_at: Math.max(Date.now(), user.updated_at + 1) });
    this.announce('user.updated', user);
    return user;
  }

  delete(id: string): void {
    const user = this.get(id);
    this.byId.delete(id);
    for (const { email_address } of user.email_addresses) {
      const key = email_address.toLowerCase();
      this.deletions.set(key, (this.deletions.get(key) ?? 0) + 1);
    }
    this.announce('user.deleted', { id, deleted: true, object: 'user' });
  }

  addEmail(id: string, email: string, options: { verified: boolean; primary: boolean }) {
    const user = this.get(id);
    this.mustBeFree(email);
    const address = emailJson(`idn_${digest(`${id} ${email}`)}`, email, options.verified);
    this.update(id, {
      email_addresses: [...user.email_addresses, address],
      ...(options.primary && { primary_email_address_id: address.id }),
    });
    return address;
  }

  removeEmail(addressId: string): void {
    const user = this.all().find(({ email_addresses }) =>
      email_addresses.some(({ id }) => id === addressId),
    );
    if (user === undefined) throw notFound('Email address');
    if (user.primary_email_address_id === addressId) {
      throw invalid('primary_identification_deletion', 'The primary address cannot be deleted');
    }
    this.update(user.id, {
      email_addresses: user.email_addresses.filter(({ id }) => id !== addressId),
    });
  }

  private mustBeFree(email: string): void {
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
      throw invalid('form_param_format_invalid', 'email_address must be a valid email address');
    }
    if (this.byEmail(email) !== undefined) {
      throw invalid('form_identifier_exists', 'That email address is taken. Please try another.');
    }
  }

  private made({ email, firstName, lastName }: NewPerson): UserJSON {
    const key = email.toLowerCase();
    const id = `user_${digest(`${key} ${this.deletions.get(key) ?? 0}`)}`;
    const address = emailJson(`idn_${digest(`${id} ${email}`)}`, email, true);
    return userJson(id, address, { firstName: firstName ?? null, lastName: lastName ?? null });
  }
}

/** As long as the ids of Clerk are. */
function digest(text: string): string {
  return createHash('sha256')
    .update(text)
    .digest('base64url')
    .replaceAll(/[-_]/g, 'x')
    .slice(0, 27);
}
