import PostalMime from 'postal-mime';

/** A mail as the mailbox keeps it. */
export interface Message {
  /** Counts up from 1. */
  id: number;
  receivedAt: string;
  /** Whom the envelope names. */
  from: string;
  to: string[];
  messageId: string;
  subject: string;
  /** By lower-case name; of a repeated one the last. */
  headers: Record<string, string>;
  text: string;
  html: string;
}

export type Envelope = Pick<Message, 'from' | 'to'>;

/** Reads a mail as a mail program would. */
export async function messageOf(
  raw: Buffer,
  envelope: Envelope,
): Promise<Omit<Message, 'id' | 'receivedAt'>> {
  const {
    messageId = '',
    subject = '',
    headers,
    text = '',
    html = '',
  } = await PostalMime.parse(raw);
  const byName = Object.fromEntries(headers.map(({ key, value }) => [key, value]));
  return { ...envelope, messageId, subject, headers: byName, text, html };
}
