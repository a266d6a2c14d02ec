import type { NoticeKind } from '../notices/notice.js';

/** Notices that people may do without. The others are receipts, or tell that money or service is at stake. */
export const optionalKinds = ['balance_low', 'limit_reached_80', 'plan_changed'] as const;
export type OptionalKind = (typeof optionalKinds)[number];

export function isOptional(kind: string): kind is OptionalKind {
  return (optionalKinds as readonly string[]).includes(kind);
}

/** Whether somebody does without a mail: of this account, or of low balances altogether, by their settings at auth. */
export function isUnwanted(
  kind: NoticeKind,
  { wantsLowBalance }: { wantsLowBalance: boolean },
  unsubscribed: readonly string[],
): boolean {
  if (!isOptional(kind)) return false;
  return unsubscribed.includes(kind) || (kind === 'balance_low' && !wantsLowBalance);
}
