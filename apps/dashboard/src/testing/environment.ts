import { fileURLToPath } from 'node:url';

/** Services that a test does not ask, and the rest of what the dashboard does not start without. */
export const testEnvironment = {
  AUTH_GRPC: '127.0.0.1:1',
  BILLING_GRPC: '127.0.0.1:1',
  USAGE_LEDGER_GRPC: '127.0.0.1:1',
  TEAMS_GRPC: '127.0.0.1:1',
  ROUTING_GRPC: '127.0.0.1:1',
  RETENTION_GRPC: '127.0.0.1:1',
  PUBLIC_ORIGIN: 'https://app.modelbridge.test',
  API_ORIGIN: 'https://api.modelbridge.test',
  CLERK_SIGN_IN_URL: 'https://accounts.modelbridge.test/sign-in',
  CLERK_FRONTEND_URL: 'https://clerk.modelbridge.test',
  SESSION_SECRET: 'the secret of sessions in the tests of the dashboard',
  WEB_APP_DIR: fileURLToPath(new URL('../../../dashboard-web/dist', import.meta.url)),
};
