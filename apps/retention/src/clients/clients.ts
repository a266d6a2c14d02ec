import type { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import type { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import type { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import type { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { clientToken, type PromisifiedClient } from '@modelbridge/service-kit/grpc';

export type AuthClient = PromisifiedClient<AuthServiceClient>;
export const AuthClient = clientToken<AuthServiceClient>('AuthClient');
export type BillingClient = PromisifiedClient<BillingServiceClient>;
export const BillingClient = clientToken<BillingServiceClient>('BillingClient');
export type TeamsClient = PromisifiedClient<TeamsServiceClient>;
export const TeamsClient = clientToken<TeamsServiceClient>('TeamsClient');
export type UsageLedgerClient = PromisifiedClient<UsageLedgerServiceClient>;
export const UsageLedgerClient = clientToken<UsageLedgerServiceClient>('UsageLedgerClient');
