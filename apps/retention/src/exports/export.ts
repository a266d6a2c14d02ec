export const exportStates = ['queued', 'preparing', 'ready', 'failed', 'expired'] as const;
export type ExportState = (typeof exportStates)[number];

/** One archive of one person, or what is left to say of it. */
export interface Export {
  exportId: string;
  accountId: string;
  userId: string;
  state: ExportState;
  /** How often it was taken up; what an earlier one left behind is nothing of it. */
  attempt: number;
  requestedAt: Date;
  filesDone: number;
  files: number;
  sizeBytes: bigint;
  sha256: Buffer | null;
  /** The UTC day without whose key it cannot be opened: that of the oldest content in it. */
  keyDay: string | null;
  expiresAt: Date | null;
}

/** What a finished archive is. */
export interface Prepared {
  sizeBytes: bigint;
  sha256: Buffer;
  expiresAt: Date;
}
