import { Injectable } from '@nestjs/common';

/** Erases who asks for it. */
export interface Erasing {
  /** Mails the code with which the person confirms; throws where they cannot be erased yet. */
  request(userId: string): Promise<void>;
  /** Throws where they cannot be erased yet: they own a team. */
  requireErasable(userId: string): Promise<void>;
  /** Begins it, once; who is gone is erased. */
  begin(userId: string): Promise<void>;
}

export interface Archiving {
  /** Has an archive of a person prepared where none was since a time; whether there is one, or nobody any more. */
  prepare(userId: string, since: Date): Promise<boolean>;
}

/** What other features do for requests: each says so when the service is put together. */
@Injectable()
export class Fulfilments {
  private erasingBy: Erasing | undefined;
  private archivingBy: Archiving | undefined;

  erasesBy(erasing: Erasing): void {
    this.erasingBy = erasing;
  }

  archivesBy(archiving: Archiving): void {
    this.archivingBy = archiving;
  }

  get erasing(): Erasing {
    if (this.erasingBy === undefined) throw new TypeError('nobody erases');
    return this.erasingBy;
  }

  get archiving(): Archiving {
    if (this.archivingBy === undefined) throw new TypeError('nobody makes archives');
    return this.archivingBy;
  }
}
