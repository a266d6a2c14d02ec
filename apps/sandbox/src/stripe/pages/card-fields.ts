import { stringOf } from '../../json.js';
import { escaped } from './layout.js';

/** What the form shows again after a mistake. The card's number and code never come back. */
export interface Filled {
  email?: string;
  name?: string;
  expiry?: string;
}

const cards: [number: string, effect: string][] = [
  ['4242 4242 4242 4242', 'is charged'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0025 0000 3155', 'asks for authentication'],
  ['4000 0000 0000 0259', 'is charged, and the charge disputed'],
  ['4000 0000 0000 0341', 'can be kept, and is declined when charged'],
];

/** Of the form that takes a card; the email is not among them. */
export function cardFields({ expiry = '', name = '' }: Filled): string {
  return `<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" required maxlength="23"></label>
<div class="pair">
<label>Expiration <input name="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" required maxlength="9" value="${escaped(expiry)}"></label>
<label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC" required maxlength="4"></label>
</div>
<label>Name on card <input name="name" autocomplete="cc-name" required maxlength="200" value="${escaped(name)}"></label>`;
}

export const cardHelp = `<details><summary>Test cards</summary>
<p>With any expiration in the future and any security code:</p>
<ul>${cards.map(([number, effect]) => `<li><code>${number}</code> ${effect}</li>`).join('\n')}</ul></details>`;

export function alert(problem: string | undefined): string {
  return problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`;
}

export function filledFrom(form: Record<string, unknown>): Filled {
  return {
    email: stringOf(form['email']),
    name: stringOf(form['name']),
    expiry: stringOf(form['expiry']),
  };
}
