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

/** Of one recipient of a notice, at the domain of the sender. */
export function messageIdOf(noticeId: string, recipient: string, from: string): string {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<notice.${noticeId}.${recipient}@${domain}>`;
}
