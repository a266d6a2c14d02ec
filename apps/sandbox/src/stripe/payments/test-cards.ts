/** Why a card is declined, in Stripe's words. */
export interface Decline {
  code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error';
  declineCode?: string;
  message: string;
}

export interface TestCard {
  number: string;
  /** After `tok_` and `pm_card_`: how the API names it. */
  name: string;
  brand: 'amex' | 'mastercard' | 'visa';
  /** Told when it is to be kept or charged. */
  decline?: Decline;
  /** Told when it is charged; it can be kept. */
  chargeDecline?: Decline;
  /** When somebody has to authenticate: until the card is set up for later, or each time. */
  authentication?: 'until-set-up' | 'always';
  dispute?: { reason: 'fraudulent' | 'product_not_received'; isInquiry: boolean };
  /** What becomes of its refunds after a while, where they do not succeed at once. */
  refund?: 'fails' | 'succeeds-later';
}

const declined = 'Your card was declined.';

function generic(declineCode: string, message = declined): Decline {
  return { code: 'card_declined', declineCode, message };
}

/** Stripe's test cards, as far as they matter here. Any other number is invalid. */
export const testCards: readonly TestCard[] = [
  { number: '4242424242424242', name: 'visa', brand: 'visa' },
  { number: '5555555555554444', name: 'mastercard', brand: 'mastercard' },
  { number: '378282246310005', name: 'amex', brand: 'amex' },
  {
    number: '4000000000000002',
    name: 'chargeDeclined',
    brand: 'visa',
    decline: generic('generic_decline'),
  },
  {
    number: '4000000000009995',
    name: 'chargeDeclinedInsufficientFunds',
    brand: 'visa',
    decline: generic('insufficient_funds', 'Your card has insufficient funds.'),
  },
  {
    number: '4000000000000069',
    name: 'chargeDeclinedExpiredCard',
    brand: 'visa',
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000127',
    name: 'chargeDeclinedIncorrectCvc',
    brand: 'visa',
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  {
    number: '4000000000000119',
    name: 'chargeDeclinedProcessingError',
    brand: 'visa',
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  },
  {
    number: '4000000000000341',
    name: 'chargeCustomerFail',
    brand: 'visa',
    chargeDecline: generic('generic_decline'),
  },
  {
    number: '4000002500003155',
    name: 'authenticationRequiredOnSetup',
    brand: 'visa',
    authentication: 'until-set-up',
  },
  {
    number: '4000002760003184',
    name: 'authenticationRequired',
    brand: 'visa',
    authentication: 'always',
  },
  {
    number: '4000000000000259',
    name: 'createDispute',
    brand: 'visa',
    dispute: { reason: 'fraudulent', isInquiry: false },
  },
  {
    number: '4000000000002685',
    name: 'createDisputeProductNotReceived',
    brand: 'visa',
    dispute: { reason: 'product_not_received', isInquiry: false },
  },
  {
    number: '4000000000001976',
    name: 'createDisputeInquiry',
    brand: 'visa',
    dispute: { reason: 'fraudulent', isInquiry: true },
  },
  { number: '4000000000007726', name: 'pendingRefund', brand: 'visa', refund: 'succeeds-later' },
  { number: '4000000000005126', name: 'refundFail', brand: 'visa', refund: 'fails' },
];

export function cardByNumber(number: string): TestCard | undefined {
  return testCards.find((card) => card.number === number);
}

/** Some are known as `visa_chargeDeclined` too. */
export function cardByName(name: string): TestCard | undefined {
  const plain = name.replace(/^visa_(?=.)/, '');
  return testCards.find((card) => card.name === plain);
}
