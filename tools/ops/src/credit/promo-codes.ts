import { formatUsd } from '@modelbridge/contracts';
import type { PromoCode } from '@modelbridge/contracts/billing.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating, type Refusals } from '../ops-error.js';
import { timeArgument } from '../times.js';
import { parseUsd } from '../usd.js';

const prints =
  '{code, amountUsd, amountNanoUsd, validFrom, validUntil, creditDays, maxRedemptions, redemptions, endedAt}.';

function printed(promo: PromoCode | undefined): object {
  if (promo === undefined) throw new Error('billing answered without a code');
  const { amountNanoUsd, validFrom, validUntil, endedAt, ...rest } = promo;
  return {
    ...rest,
    amountUsd: formatUsd(amountNanoUsd),
    amountNanoUsd: amountNanoUsd.toString(),
    validFrom: validFrom?.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

const noSuchCode: Refusals = {
  code: ['code', 'there is no such code: --code takes what promo create printed'],
};

function countArgument(text: string, field: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw invalidArgument(field, `--${field.replaceAll('_', '-')} must be a number from 1 on`);
}

export const promoCreate = opsCommand({
  usage: 'promo create --code C --usd X --until T --max-redemptions N --credit-days N [--from T]',
  summary: 'Makes a code that accounts redeem for granted credit, each once.',
  options: [
    ['--code C', '6 to 40 letters, digits and hyphens; how it is typed does not matter'],
    ['--usd X', 'the credit of each account that redeems it, such as 5'],
    ['--until T', 'until when it can be redeemed, such as 2027-01-31T00:00:00Z'],
    ['--max-redemptions N', 'how many accounts may redeem it'],
    ['--credit-days N', 'how long the credit lasts from its redemption'],
    ['--from T', 'from when on it can be redeemed; now without it'],
  ],
  prints,
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['code', 'usd', 'until', 'max-redemptions', 'credit-days'],
      optional: ['from'],
    });
    const { code = '', from } = flags;
    const amountNanoUsd = parseUsd(flags['usd'] ?? '', 'usd');
    if (amountNanoUsd === 0n) throw invalidArgument('usd', '--usd must be more than 0');
    const request = {
      code,
      amountNanoUsd,
      validFrom: from === undefined ? undefined : timeArgument(from, 'from'),
      validUntil: timeArgument(flags['until'] ?? '', 'until'),
      maxRedemptions: countArgument(flags['max_redemptions'] ?? '', 'max_redemptions'),
      creditDays: countArgument(flags['credit_days'] ?? '', 'credit_days'),
    };
    const { billing } = await services();
    const { promoCode } = await translating(billing.createPromoCode(request), {
      'already_exists code': ['code', `the code ${code} exists: take another one`],
      code: ['code', '--code must have 6 to 40 letters, digits and hyphens, none at its ends'],
      valid_until: ['until', '--until must lie in the future and after --from'],
      credit_days: ['credit_days', '--credit-days must be at most 1825'],
      max_redemptions: ['max_redemptions', '--max-redemptions must be at most 10000000'],
    });
    return printed(promoCode);
  },
});

export const promoShow = opsCommand({
  usage: 'promo show --code C',
  summary: 'Shows a code, and how many accounts have redeemed it.',
  options: [['--code C', 'the code']],
  prints,
  uses: ['billing'],
  async run(args, services) {
    const { code = '' } = readFlags(args, { required: ['code'], optional: [] });
    const { billing } = await services();
    const { promoCode } = await translating(billing.getPromoCode({ code }), noSuchCode);
    return printed(promoCode);
  },
});

export const promoEnd = opsCommand({
  usage: 'promo end --code C',
  summary: 'Ends a code: nobody can redeem it any more, and what was redeemed stays.',
  options: [['--code C', 'the code']],
  prints,
  uses: ['billing'],
  async run(args, services) {
    const { code = '' } = readFlags(args, { required: ['code'], optional: [] });
    const { billing } = await services();
    const { promoCode } = await translating(billing.endPromoCode({ code }), noSuchCode);
    return printed(promoCode);
  },
});
