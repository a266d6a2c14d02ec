import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { beginning, hashOf, type Receipt, type Statement } from './receipt.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { ReceiptSigner } from './signer.js';

const pageSize = 500;

@Injectable()
export class ReceiptsService {
  constructor(
    private readonly receipts: ReceiptsRepository,
    private readonly signer: ReceiptSigner,
    private readonly clock: Clock,
  ) {}

  /** In PEM: what receipts that are issued now can be checked with. */
  get publicKeyPem(): string {
    return this.signer.publicKeyPem;
  }

  get signingKeyId(): string {
    return this.signer.keyId;
  }

  /** Certifies it, once: for a kind and subject that have a receipt, that one is the answer. */
  async issue(tx: Tx, { kind, subject, facts }: Statement): Promise<Receipt> {
    const head = await this.receipts.lockHead(tx);
    const issued = await this.receipts.find(kind, subject, tx);
    if (issued !== undefined) return issued;
    const unsigned = {
      kind,
      subject,
      facts,
      sequence: (head?.sequence ?? 0n) + 1n,
      issuedAt: this.clock.now(),
      previousHash: head?.hash ?? beginning,
      signingKey: this.signer.keyId,
    };
    const hash = hashOf(unsigned);
    const receipt = { ...unsigned, hash, signature: this.signer.sign(hash) };
    await this.receipts.insert(tx, receipt);
    return receipt;
  }

  /** Oldest first. */
  after(sequence: bigint, most: number): Promise<Receipt[]> {
    return this.receipts.after(sequence, most);
  }

  /** What has a receipt of this kind. */
  subjects(kind: string): Promise<Set<string>> {
    return this.receipts.subjects(kind);
  }

  /** What is said in the receipts of this kind, by subject. */
  async factsOf(kind: string): Promise<Map<string, Receipt['facts']>> {
    const found = await this.receipts.ofKind(kind);
    return new Map(found.map(({ subject, facts }) => [subject, facts]));
  }

  /** By kind and subject. */
  find(kind: string, subject: string): Promise<Receipt | undefined> {
    return this.receipts.find(kind, subject);
  }

  /** Reads the whole chain; what is wrong with it. Signatures of other keys than the one in use are not looked at. */
  async check(): Promise<{ receipts: bigint; problems: string[] }> {
    const problems: string[] = [];
    let previous: Receipt | undefined;
    for (;;) {
      const page = await this.receipts.after(previous?.sequence ?? 0n, pageSize);
      for (const receipt of page) {
        const problem = this.problemOf(receipt, previous);
        if (problem !== undefined) problems.push(`receipt ${receipt.sequence}: ${problem}`);
        previous = receipt;
      }
      if (page.length < pageSize) return { receipts: previous?.sequence ?? 0n, problems };
    }
  }

  private problemOf(receipt: Receipt, previous: Receipt | undefined): string | undefined {
    if (receipt.sequence !== (previous?.sequence ?? 0n) + 1n) return 'the one before is missing';
    if (!receipt.previousHash.equals(previous?.hash ?? beginning))
      return 'does not follow the one before';
    if (!receipt.hash.equals(hashOf(receipt))) return 'was changed';
    const isOurs = receipt.signingKey === this.signer.keyId;
    return isOurs && !this.signer.isSignature(receipt.hash, receipt.signature)
      ? 'the signature is wrong'
      : undefined;
  }
}
