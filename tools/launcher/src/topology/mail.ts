import { asSet, isSet } from './upstreams.js';

type Variables = Record<string, string | undefined>;

const HOST = '127.0.0.1';
const USER = 'modelbridge';

/** Where mail goes: to the real mail server where one is set, with its sender, else to the sandbox's mailbox. */
export function mailOf(
  environment: Variables,
  secrets: Record<string, string>,
  smtpPort: number,
): Record<string, string> {
  const { SMTP_PASSWORD = '', ...own } = secrets;
  if (isSet(environment, 'SMTP_URL')) {
    return { ...own, ...asSet(environment, ['SMTP_URL', 'MAIL_FROM']) };
  }
  const password = encodeURIComponent(SMTP_PASSWORD);
  return {
    ...own,
    SMTP_URL: `smtp://${USER}:${password}@${HOST}:${smtpPort}`,
    MAIL_FROM: 'ModelBridge <billing@modelbridge.local>',
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
