/** A mail as it is handed to the mail server. */
export interface Mail {
  /** The same for each attempt, so that a repetition is seen as one. */
  messageId: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

/** Why a mail is not sent, now or later. */
export interface Unsent {
  /** undeliverable: there is nobody, or no address, to send it to. unwanted: whoever it is for needs it no more. */
  state: 'undeliverable' | 'unwanted';
  why: string;
}

/** `name` tells the mail from every other of the sender's domain. */
export function messageIdOf(name: string, from: string): string {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<${name}@${domain}>`;
}
