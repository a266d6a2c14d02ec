import { origin } from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { mailServerOf } from './mail-server.js';

const smtpUrl = z.string().superRefine((text, context) => {
  try {
    mailServerOf(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** The variables of a service that sends mail. */
export const mailConfig = {
  /** `smtp(s)://user:password@host:port` of the mail server. */
  SMTP_URL: smtpUrl,
  /** The sender of mails, such as `ModelBridge <hello@example.com>`. */
  MAIL_FROM: z
    .string()
    .regex(
      /^([^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'must be Name <address>, or an address',
    ),
  /** Origin of the web app, to which the links in mails lead. */
  APP_URL: origin,
};

export interface MailConfig {
  SMTP_URL: string;
  MAIL_FROM: string;
  APP_URL: string;
}
