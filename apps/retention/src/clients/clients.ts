import type { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import type { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';

type Token<C extends { close(): void }> = abstract new () => C;

// Nest injects by run-time values, and a client's type has none: an empty class stands for each.
export type AuthClient = PromisifiedClient<AuthServiceClient>;
export const AuthClient = class AuthClient {} as unknown as Token<AuthClient>;
export type TeamsClient = PromisifiedClient<TeamsServiceClient>;
export const TeamsClient = class TeamsClient {} as unknown as Token<TeamsClient>;
