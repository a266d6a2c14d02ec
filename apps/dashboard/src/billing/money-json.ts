import {
  InvoiceState,
  RechargeState,
  type AutoRecharge,
  type GetCreditsResponse,
  type Invoice,
  type InvoiceLine,
  type Payment,
} from '@modelbridge/contracts/billing.v1';
import type {
  Answer,
  AutoRecharge as AutoRechargeJson,
  billingRoutes,
  BillingSummary,
  Invoice as InvoiceJson,
  Payment as PaymentJson,
} from '@modelbridge/dashboard-api';

type CreditsJson = Omit<BillingSummary, 'account_plan' | 'auto_recharge' | 'limits'>;

export function creditsJson(credits: GetCreditsResponse): CreditsJson {
  const { nextExpiryAt } = credits;
  return {
    balance_nano_usd: credits.balanceNanoUsd.toString(),
    granted_nano_usd: credits.grantedNanoUsd.toString(),
    held_nano_usd: credits.heldNanoUsd.toString(),
    available_nano_usd: credits.availableNanoUsd.toString(),
    spent_nano_usd: credits.spentNanoUsd.toString(),
    next_expiry:
      nextExpiryAt === undefined
        ? null
        : {
            at: nextExpiryAt.toISOString(),
            amount_nano_usd: credits.nextExpiryNanoUsd.toString(),
          },
  };
}

function cardJson(brand: string, last4: string): PaymentJson['card'] {
  return last4 === '' ? null : { brand, last4 };
}

const rechargeStates: Partial<
  Record<RechargeState, NonNullable<AutoRechargeJson['last']>['state']>
> = {
  [RechargeState.STARTED]: 'started',
  [RechargeState.PAID]: 'paid',
  [RechargeState.DECLINED]: 'declined',
  [RechargeState.NEEDS_ACTION]: 'needs_action',
  [RechargeState.FAILED]: 'failed',
};

export function autoRechargeJson(given: AutoRecharge | undefined): AutoRechargeJson {
  if (given === undefined) throw new Error('billing answered without the recharge');
  const { lastCode, lastStartedAt } = given;
  const state = rechargeStates[given.lastState];
  return {
    enabled: given.enabled,
    below_nano_usd: given.belowNanoUsd.toString(),
    amount_nano_usd: given.amountNanoUsd.toString(),
    daily_cap_nano_usd: given.dailyCapNanoUsd.toString(),
    card: cardJson(given.cardBrand, given.cardLast4),
    last:
      state === undefined || lastStartedAt === undefined
        ? null
        : {
            state,
            code: lastCode === '' ? null : lastCode,
            started_at: lastStartedAt.toISOString(),
          },
  };
}

export function paymentJson(payment: Payment): PaymentJson {
  return {
    transaction_id: payment.transactionId,
    amount_nano_usd: payment.amountNanoUsd.toString(),
    kind: payment.kind,
    created_at: (payment.createdAt ?? new Date(0)).toISOString(),
    card: cardJson(payment.cardBrand, payment.cardLast4),
  };
}

const invoiceStates: Partial<Record<InvoiceState, InvoiceJson['state']>> = {
  [InvoiceState.SETTLED]: 'settled',
  [InvoiceState.OPEN]: 'open',
  [InvoiceState.PAID]: 'paid',
};

export function invoiceJson(invoice: Invoice): InvoiceJson {
  return {
    invoice_id: invoice.invoiceId,
    number: invoice.number,
    month: invoice.month,
    charged_nano_usd: invoice.chargedNanoUsd.toString(),
    granted_nano_usd: invoice.grantedNanoUsd.toString(),
    due_cents: Number(invoice.dueCents),
    issued_at: (invoice.issuedAt ?? new Date(0)).toISOString(),
    state: invoiceStates[invoice.state] ?? 'unsent',
    hosted_url: invoice.hostedUrl === '' ? null : invoice.hostedUrl,
  };
}

type LineJson = Answer<typeof billingRoutes.invoice>['lines'][number];

export function invoiceLineJson(line: InvoiceLine): LineJson {
  return {
    month: line.month,
    user_id: line.userId,
    model: line.model,
    requests: Number(line.requests),
    input_tokens: Number(line.inputTokens),
    output_tokens: Number(line.outputTokens),
    charged_nano_usd: line.chargedNanoUsd.toString(),
    granted_nano_usd: line.grantedNanoUsd.toString(),
  };
}
