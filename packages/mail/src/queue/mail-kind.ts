import type { z } from 'zod';
import type { Unsent } from '../sending/mail.js';
import type { Letter } from '../writing/letter.js';

/** A kind of mail, and what is kept of one: ids and numbers, nothing of a person, no secret. */
export interface MailKind<Facts> {
  name: string;
  facts: z.ZodType<Facts>;
}

/** What a mail says and to whom, known when it is sent. */
export interface Draft {
  /** The name is empty where it is not known. */
  to: { name: string; address: string };
  letter: Letter;
  /** Why they get it. */
  footer: string;
}

/** Rejects where it cannot be known whether a mail is still wanted, or whom it is for: it is tried again. */
export type Writer<Facts> = (facts: Facts) => Promise<Draft | Unsent>;
