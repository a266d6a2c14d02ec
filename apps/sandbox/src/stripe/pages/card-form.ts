import { z } from 'zod';
import type { Payer } from '../checkout/checkout.js';
import { cardByNumber } from '../payments/test-cards.js';

/** What the form of the Checkout page sends. */
const cardFormSchema = z.object({
  email: z
    .string()
    .trim()
    .regex(/^[^\s@]+@[^\s@]+$/, 'Your email address is incomplete.'),
  number: z
    .string()
    .transform((value) => value.replaceAll(/[\s-]/g, ''))
    .pipe(z.string().regex(/^\d{13,19}$/, 'Your card number is incomplete.')),
  expiry: z
    .string()
    .trim()
    .regex(
      /^(0?[1-9]|1[0-2])\s*\/\s*(\d{2}|20\d{2})$/,
      "Your card's expiration date is incomplete.",
    ),
  cvc: z
    .string()
    .trim()
    .regex(/^\d{3,4}$/, "Your card's security code is incomplete."),
  name: z.string().trim().min(1, 'The name on the card is missing.').max(200),
});

/** Who pays with what; a text where the form says nothing that could be charged. */
export function payerOf(form: unknown, nowMs: number): Payer | string {
  const result = cardFormSchema.safeParse(form);
  if (!result.success) return result.error.issues[0]?.message ?? 'The form is incomplete.';
  const { email, name, number, expiry } = result.data;
  const [month = '', year = ''] = expiry.split('/').map((part) => part.trim());
  const expMonth = Number(month);
  const expYear = year.length === 2 ? 2_000 + Number(year) : Number(year);
  if (Date.UTC(expYear, expMonth) <= nowMs) return "Your card's expiration date is in the past.";
  const card = cardByNumber(number);
  if (card === undefined) {
    return 'Your card number is invalid: the sandbox takes the test cards below and no others.';
  }
  return { card, email, name, expMonth, expYear };
}
