import {
  htmlOf,
  MailSender,
  MailTransport,
  messageIdOf,
  textOf,
  type Mail,
} from '@modelbridge/mail';
import type { Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { erasureBounds } from './bounds.js';
import { ErasureMailsRepository, type ErasureMail } from './erasure-mails.repository.js';
import { ErasuresRepository } from './erasures.repository.js';
import { receiptLine } from '../receipts/receipt.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { codeLetter, confirmedLetter, doneLetter } from './letters.js';
import { receiptKind } from './receipt.js';

export const MAIL_FROM = Symbol('MailFrom');

interface To {
  erasureId: string;
  address?: string;
}

/** The mails of an erasure: to an address that is held until the mail server has them. */
@Injectable()
export class ErasureMailsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sender: MailSender<ErasureMail>;

  constructor(
    private readonly mails: ErasureMailsRepository,
    private readonly erasures: ErasuresRepository,
    private readonly receipts: ReceiptsService,
    @Inject(MAIL_FROM) private readonly from: string,
    transport: MailTransport,
    logger: Logger,
    metrics: Metrics,
  ) {
    const write = (mail: ErasureMail) => this.written(mail);
    this.sender = new MailSender({ queue: mails, write, transport, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.sender.start();
  }

  onApplicationShutdown(): void {
    this.sender.stop();
  }

  /** False where so many were mailed within a day that there is none more. */
  async sendCode(
    tx: Tx,
    {
      erasureId,
      userId,
      address,
      code,
      now,
    }: { erasureId: string; userId: string; address: string; code: string; now: Date },
  ): Promise<boolean> {
    const before = await this.mails.noteCode(tx, erasureId, userId, now);
    if (before >= erasureBounds.codesADay) return false;
    await this.mails.removeCodes(tx, erasureId);
    await this.add(tx, { erasureId, kind: 'code', address, code });
    return true;
  }

  tellConfirmed(tx: Tx, { erasureId, address }: To): Promise<void> {
    return this.add(tx, { erasureId, kind: 'confirmed', address: address ?? '' });
  }

  tellDone(tx: Tx, { erasureId, address }: To): Promise<void> {
    return this.add(tx, { erasureId, kind: 'done', address: address ?? '' });
  }

  private async add(tx: Tx, mail: Omit<ErasureMail, 'id' | 'name' | 'createdAt'>): Promise<void> {
    if (mail.address === '') return;
    await this.mails.add(tx, mail);
    tx.afterCommit(() => void this.sender.send());
  }

  private async signed(erasureId: string): Promise<string> {
    const receipt = await this.receipts.find(receiptKind, erasureId);
    return receipt === undefined ? '' : receiptLine(receipt);
  }

  private async written({ id, kind, erasureId, address, code }: ErasureMail): Promise<Mail> {
    const erasure = await this.erasures.find(erasureId);
    if (erasure === undefined) throw new Error('a mail of no erasure');
    const letter =
      kind === 'code'
        ? codeLetter(code ?? '')
        : kind === 'confirmed'
          ? confirmedLetter(erasure)
          : doneLetter(await this.erasures.receipt(erasureId), await this.signed(erasureId));
    const envelope = {
      name: '',
      footer: 'You get this because the erasure of your ModelBridge account was asked for.',
    };
    return {
      messageId: messageIdOf(`erasure.${id}`, this.from),
      to: { name: '', address },
      subject: letter.subject,
      text: textOf(letter, envelope),
      html: htmlOf(letter, envelope),
      headers: {},
    };
  }
}
