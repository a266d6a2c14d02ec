/** A mail as it is written, before it becomes text or HTML. */
export interface Letter {
  subject: string;
  paragraphs: string[];
  rows?: [label: string, value: string][];
  link?: { label: string; url: string };
}

export interface Envelope {
  /** Whom it greets; empty where that is not known. */
  name: string;
  /** Why they get it. */
  footer: string;
  unsubscribeUrl?: string;
}
