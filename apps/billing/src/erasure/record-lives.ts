/**
 * What becomes of a table's rows when a person is erased. `goes`: they are deleted. `pseudonym`: somebody who is nobody
 * takes the person's place in them. `stripped`: they stay without what was personal in them. `stays`: they hold ids of
 * accounts, payments and the like alone. `passes`: nothing personal is in them for longer than the days that they live.
 */
export type RecordLife = 'goes' | 'pseudonym' | 'stripped' | 'stays' | 'passes';

/** Every table of billing: a test names one that is not here. docs/payment-records.md tells why. */
export const recordLives: Record<string, RecordLife> = {
  account_webhook: 'goes',
  account_webhook_delivery: 'goes',
  auto_recharge: 'goes',
  notice: 'goes',
  notice_mail: 'goes',
  notice_unsubscription: 'goes',
  promo_attempt: 'goes',
  spend_limit: 'goes',
  stripe_card: 'goes',
  top_up: 'goes',

  allowance: 'pseudonym',
  billing_account: 'pseudonym',
  invoice_line: 'pseudonym',
  monthly_usage: 'pseudonym',
  spend_counter: 'pseudonym',

  erased_person: 'stripped',
  quarantined_charge: 'stripped',
  recharge: 'stripped',
  stripe_customer: 'stripped',
  stripe_payment: 'stripped',

  charge: 'stays',
  charge_correction: 'stays',
  closed_account: 'stays',
  credit_grant: 'stays',
  invoice: 'stays',
  ledger_account: 'stays',
  ledger_transfer: 'stays',

  payment: 'stays',
  plan_period: 'stays',
  plan_price: 'stays',
  plan_version: 'stays',
  promo_code: 'stays',
  promo_redemption: 'stays',
  provider_bill_day: 'stays',
  provider_bill_import: 'stays',
  provider_bill_line: 'stays',
  reconciliation: 'stays',
  reconciliation_difference: 'stays',
  refund_request: 'stays',
  second_subscription: 'stays',
  stripe_dispute: 'stays',
  stripe_refund: 'stays',
  subscription: 'stays',

  allowance_step: 'passes',
  outbox: 'passes',
  rate_slice: 'passes',
  rate_window: 'passes',
  reconciliation_seen: 'passes',
  stripe_catch_up: 'passes',
  stripe_event: 'passes',
};
