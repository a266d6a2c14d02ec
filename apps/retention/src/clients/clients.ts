import type { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import type { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import type { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import type { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';

type Token<C extends { close(): void }> = abstract new () => C;

// Nest injects by run-time values, and a client's type has none: an empty class stands for each.
export type AuthClient = PromisifiedClient<AuthServiceClient>;
export const AuthClient = class AuthClient {} as unknown as Token<AuthClient>;
export type BillingClient = PromisifiedClient<BillingServiceClient>;
export const BillingClient = class BillingClient {} as unknown as Token<BillingClient>;
export type TeamsClient = PromisifiedClient<TeamsServiceClient>;
export const TeamsClient = class TeamsClient {} as unknown as Token<TeamsClient>;
export type UsageLedgerClient = PromisifiedClient<UsageLedgerServiceClient>;
export const UsageLedgerClient = class UsageLedgerClient {} as unknown as Token<UsageLedgerClient>;
