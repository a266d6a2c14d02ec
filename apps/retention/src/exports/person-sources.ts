import type { User } from '@modelbridge/contracts/auth.v1';
import type {
  AuthClient,
  BillingClient,
  TeamsClient,
  UsageLedgerClient,
} from '../clients/clients.js';

/** Whom an archive is of, and who is asked about them, always as they would ask themselves. */
export interface PersonSources {
  auth: AuthClient;
  billing: BillingClient;
  teams: TeamsClient;
  usageLedger: UsageLedgerClient;
  user: User;
  userId: string;
  accountId: string;
  /** How each of them is asked: in the background, so it may take its time. */
  asked: { timeoutMs: number; waitForReady: boolean };
}
