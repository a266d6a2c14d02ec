import { idFromUuid } from '@modelbridge/contracts';
import { htmlOf, messageIdOf, textOf, type Envelope, type Mail } from '@modelbridge/mail';
import { Inject, Injectable } from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { letterOf } from './letters/letter-of.js';
import type { DueMail } from './notice-mails.repository.js';
import { isOptional } from './preferences.js';
import { Recipients, type Recipient } from './recipients.service.js';
import { unsubscribeToken } from './unsubscribe-token.js';
import { cardName } from './wording.js';

/** Makes a mail of a notice for one recipient. */
@Injectable()
export class MailWriter {
  constructor(
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
    private readonly recipients: Recipients,
  ) {}

  async write(due: DueMail, recipient: Recipient): Promise<Mail> {
    const { notice, cardBrand, cardLast4 } = due;
    const isLimit = notice.kind === 'limit_reached_80' || notice.kind === 'limit_reached_100';
    const letter = letterOf(notice, {
      createdAt: notice.createdAt,
      timeZone: recipient.timeZone,
      appUrl: this.config.APP_URL,
      card: cardName(cardBrand, cardLast4),
      limited: isLimit ? await this.recipients.nameOfLimited(notice.facts) : undefined,
      isMember: due.recipient === 'member',
    });
    const unsubscribeUrl = this.unsubscribeUrl(due, recipient);
    const envelope: Envelope = { name: recipient.name, footer: footerOf(due), unsubscribeUrl };
    return {
      messageId: messageIdOf(`notice.${notice.id}.${due.recipient}`, this.config.MAIL_FROM),
      to: { name: recipient.name, address: recipient.address },
      subject: letter.subject,
      text: textOf(letter, envelope),
      html: htmlOf(letter, envelope),
      headers: unsubscribeUrl === undefined ? {} : oneClick(unsubscribeUrl),
    };
  }

  private unsubscribeUrl({ notice }: DueMail, { userId }: Recipient): string | undefined {
    const { accountId, kind } = notice;
    if (!isOptional(kind)) return undefined;
    const { APP_URL, NOTICE_LINK_SECRET } = this.config;
    const token = unsubscribeToken(NOTICE_LINK_SECRET, { accountId, userId, kind });
    return `${APP_URL}/notices/unsubscribe?token=${token}`;
  }
}

/** https://www.rfc-editor.org/rfc/rfc8058 */
function oneClick(url: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

function footerOf({ notice, recipient }: DueMail): string {
  const account = idFromUuid('account', notice.accountId);
  return recipient === 'member'
    ? `You get this mail because the ModelBridge account ${account} limits what you spend.`
    : `You get this mail because you own the ModelBridge account ${account}.`;
}
