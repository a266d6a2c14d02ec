/** Whom a request is for and who pays, as auth said it. */
export interface ResolvedKey {
  keyId: string;
  name: string;
  accountId: string;
  userId: string;
  teamId: string | null;
  /** SHA-256 (hex) of the key's public id: how usage metadata names the key. */
  keyHash: string;
  /** Milliseconds since the Unix epoch; null for a key that does not expire. */
  expiresAt: number | null;
}
