import type { Stripe } from 'stripe';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { mergedMetadata, type MetadataParam } from '../wire/params.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { Balance } from './balance.js';
import { disputeObject } from './dispute-object.js';

const feeAmount = 1_500;

/** Texts by which Stripe's test mode lets evidence decide. */
const verdicts: Record<string, 'lost' | 'won'> = {
  winning_evidence: 'won',
  losing_evidence: 'lost',
};

/** Charges that cardholders deny. */
export class Disputes {
  constructor(
    private readonly core: StripeCore,
    private readonly balance: Balance,
  ) {}

  open(
    charge: Stripe.Charge,
    given: { reason?: string; isInquiry?: boolean; amount?: number } = {},
  ): Stripe.Dispute {
    const { core } = this;
    const amount = given.amount ?? charge.amount - charge.amount_refunded;
    if (charge.status !== 'succeeded' || amount < 1 || amount > charge.amount) {
      throw invalidRequest(`Charge ${charge.id} cannot be disputed for ${amount}.`);
    }
    if (this.of(charge.id).length > 0) {
      throw invalidRequest(`Charge ${charge.id} has a dispute already.`);
    }
    const { reason = 'fraudulent', isInquiry = false } = given;
    const dispute = disputeObject(core.idFor('dispute'), core.nowFor(charge.customer), charge, {
      amount,
      reason,
      isInquiry,
    });
    core.state.add('dispute', dispute);
    charge.disputed = true;
    core.announce('charge.dispute.created', dispute);
    if (!isInquiry) {
      this.move(dispute, 'dispute', -amount);
      core.announce('charge.dispute.funds_withdrawn', dispute);
    }
    return dispute;
  }

  update(
    id: string,
    given: { uncategorized_text?: string; metadata?: MetadataParam; submit?: boolean },
  ): Stripe.Dispute {
    const dispute = this.core.state.get('dispute', id);
    this.mustBeOpen(dispute);
    dispute.metadata = mergedMetadata(dispute.metadata, given.metadata);
    const { uncategorized_text: evidence } = given;
    if (evidence !== undefined) {
      dispute.evidence.uncategorized_text = evidence;
      dispute.evidence_details.has_evidence = true;
      if (given.submit ?? true) {
        dispute.evidence_details.submission_count += 1;
        dispute.evidence_details.submission_method = 'manual';
        dispute.status = isInquiry(dispute) ? 'warning_under_review' : 'under_review';
      }
    }
    this.core.announce('charge.dispute.updated', dispute);
    const verdict = verdicts[evidence ?? ''];
    if (verdict !== undefined && (given.submit ?? true)) {
      this.core.afterwards(() => this.decide(id, verdict));
    }
    return dispute;
  }

  /** Ends a dispute: what was lost stays withdrawn, what was won comes back. */
  decide(id: string, verdict: 'lost' | 'won'): Stripe.Dispute {
    const dispute = this.core.state.get('dispute', id);
    this.mustBeOpen(dispute);
    const wasInquiry = isInquiry(dispute);
    dispute.status = wasInquiry ? 'warning_closed' : verdict;
    dispute.is_charge_refundable = wasInquiry || verdict === 'won';
    this.core.announce('charge.dispute.closed', dispute);
    if (verdict === 'won' && !wasInquiry) {
      this.move(dispute, 'dispute_reversal', dispute.amount);
      this.core.announce('charge.dispute.funds_reinstated', dispute);
    }
    return dispute;
  }

  of(charge: string): Stripe.Dispute[] {
    return this.core.state
      .all('dispute')
      .filter((dispute) => idOf(dispute.charge) === charge)
      .toArray();
  }

  private mustBeOpen({ status }: Stripe.Dispute): void {
    if (!['lost', 'won', 'warning_closed'].includes(status)) return;
    throw invalidRequest('This dispute is already closed.');
  }

  private move(
    dispute: Stripe.Dispute,
    category: 'dispute' | 'dispute_reversal',
    amount: number,
  ): void {
    const transaction = this.balance.move({
      type: 'adjustment',
      reportingCategory: category,
      amount,
      fee: category === 'dispute' ? feeAmount : 0,
      currency: dispute.currency,
      source: dispute.id,
      description:
        category === 'dispute'
          ? `Chargeback withdrawal for ${idOf(dispute.charge)}`
          : `Chargeback reversal for ${idOf(dispute.charge)}`,
      created: this.core.nowFor(
        idOf(this.core.state.find('charge', idOf(dispute.charge))?.customer),
      ),
    });
    dispute.balance_transactions = [...dispute.balance_transactions, transaction];
  }
}

function isInquiry({ status }: Stripe.Dispute): boolean {
  return status.startsWith('warning_');
}
