import { asSet, isSet } from './upstreams.js';

type Variables = Record<string, string | undefined>;

const HOST = '127.0.0.1';
const USER = 'modelbridge';

/**
 * For services that send mail: to the real mail server where one is set, with its sender, else to the sandbox's
 * mailbox. Links in mails lead to `appUrl`.
 */
export function mailOf(
  environment: Variables,
  { SMTP_PASSWORD = '' }: Record<string, string>,
  { smtpPort, appUrl }: { smtpPort: number; appUrl: string },
): Record<string, string> {
  const app = { APP_URL: appUrl, ...asSet(environment, ['APP_URL']) };
  if (isSet(environment, 'SMTP_URL')) {
    return { ...app, ...asSet(environment, ['SMTP_URL', 'MAIL_FROM']) };
  }
  const password = encodeURIComponent(SMTP_PASSWORD);
  return {
    ...app,
    SMTP_URL: `smtp://${USER}:${password}@${HOST}:${smtpPort}`,
    MAIL_FROM: 'ModelBridge <hello@modelbridge.local>',
  };
}

/** What the sandbox's mailbox is told: its own values, wherever mail goes. */
export function mailboxOfSandbox(
  secrets: Record<string, string>,
  smtpPort: number,
): Record<string, string> {
  return {
    SANDBOX_SMTP_PORT: String(smtpPort),
    SANDBOX_SMTP_USER: USER,
    SANDBOX_SMTP_PASSWORD: secrets['SMTP_PASSWORD'] ?? '',
  };
}
