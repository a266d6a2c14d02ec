import { describe, expect, it } from '@jest/globals';
import { htmlOf, textOf } from '@modelbridge/mail';
import { noticeKinds, type FactsByKind } from '../notices/notice.js';
import type { LetterContext } from './letters/context.js';
import { letterOf } from './letters/letter-of.js';

const hostile = `<img src="https://evil.example/x" onerror='alert(1)'>&\r\nBcc: a@b.c`;

const payment = { amount_nano_usd: '25000000000', payment_intent_id: 'pi_1' };
const limit = {
  scope: 'key',
  scope_id: 'key_1',
  period: 'month',
  period_start: '2026-03-01',
  limit_nano_usd: '10000000000',
  used_nano_usd: '8000000000',
} as const;
const facts: FactsByKind = {
  payment_received: payment,
  payment_refunded: { ...payment, refund_id: 're_1' },
  payment_failed: { amount_nano_usd: '1', reason: 'card_declined' },
  dispute_opened: { ...payment, dispute_id: 'dp_1' },
  dispute_closed: { ...payment, dispute_id: 'dp_1', outcome: 'lost' },
  balance_low: { balance_nano_usd: '4990000000', threshold_nano_usd: '5000000000' },
  balance_exhausted: { balance_nano_usd: '0' },
  limit_reached_80: limit,
  limit_reached_100: limit,
  plan_changed: { from_plan: '', to_plan: 'pro', effective_at: '2026-04-01T00:00:00Z' },
  auto_recharge_failed: { amount_nano_usd: '1', reason: 'card_declined' },
};

const context: LetterContext = {
  createdAt: new Date('2026-03-14T12:00:00Z'),
  timeZone: 'Europe/Berlin',
  appUrl: 'https://app.example.com',
  card: 'Visa ending in 4242',
  limited: hostile,
  isMember: false,
};

const unsubscribeUrl = 'https://app.example.com/notices/unsubscribe?token=t';

describe.each(noticeKinds)('a mail of %s', (kind) => {
  const letter = letterOf({ kind, facts: facts[kind] }, context);
  const html = htmlOf(letter, { name: hostile, footer: hostile, unsubscribeUrl });

  it('runs, loads and holds nothing of what a name may be made of', () => {
    expect(html).not.toMatch(/<(img|script|link|iframe|svg|object)|\son\w+=["']|url\(/i);
    expect(html).toContain('&lt;img src=&quot;https://evil.example/x&quot;');
    expect(
      html.match(/(href|src)="[^"]*"/g)?.every((link) => link.includes('app.example.com')),
    ).toBe(true);
  });

  it('says the same as text', () => {
    const text = textOf(letter, { name: 'Ada', footer: 'F', unsubscribeUrl });
    for (const paragraph of letter.paragraphs) expect(text).toContain(paragraph);
    for (const [label] of letter.rows ?? []) expect(text).toContain(`${label}:`);
    expect(text).toContain(unsubscribeUrl);
  });
});

describe('a change of plan', () => {
  it.each([
    ['2026-03-14T12:00:00.250Z', 'Your plan is now Pro'],
    ['2026-04-01T00:00:00Z', 'Your plan changes to Pro'],
  ])('of %s is told as one that is, or is to come', (effective_at, subject) => {
    const change = { from_plan: 'free', to_plan: 'pro', effective_at };
    expect(letterOf({ kind: 'plan_changed', facts: change }, context).subject).toBe(subject);
  });
});

describe('a receipt', () => {
  it('names amount, date in the time zone of the reader, and card', () => {
    const letter = letterOf({ kind: 'payment_received', facts: payment }, context);
    expect(letter.subject).toBe('Receipt: 25.00 USD');
    expect(letter.rows).toEqual([
      ['Amount', '25.00 USD'],
      ['Date', expect.stringMatching(/^March 14, 2026 at 1:00:00.PM GMT\+1$/)],
      ['Card', 'Visa ending in 4242'],
      ['Payment', 'pi_1'],
    ]);
  });
});
