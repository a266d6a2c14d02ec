/** What a letter needs besides the facts of its notice. */
export interface LetterContext {
  createdAt: Date;
  timeZone: string;
  /** Of the web app. */
  appUrl: string;
  /** As people know it, such as `Visa ending in 4242`. */
  card: string | undefined;
  /** What the limited member or key is called. */
  limited: string | undefined;
  /** The reader is the member whose limit it is. */
  isMember: boolean;
}
