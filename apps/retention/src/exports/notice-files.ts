import type {
  AccountWebhook,
  AutoRecharge,
  NoticePreferences,
  WebhookDelivery,
} from '@modelbridge/contracts/billing.v1';
import type { Team } from '@modelbridge/contracts/teams.v1';
import {
  iso,
  jsonLines,
  jsonObject,
  orNull,
  word,
  type ArchiveFile,
  type Field,
} from './archive-file.js';
import { byLast } from './pages.js';
import type { PersonSources } from './person-sources.js';

const mostPerPage = 100;

interface PreferencesOf {
  accountId: string;
  preferences: NoticePreferences | undefined;
}

const preferenceFields: readonly Field<PreferencesOf>[] = [
  {
    name: 'account_id',
    about: 'Yours, or that of a team: whose notices.',
    value: (one) => one.accountId,
  },
  {
    name: 'balance_low_nano_usd',
    about:
      'Below this balance it is told to be low; 0: never. Null where that is not yours to say.',
    value: ({ preferences }) => preferences?.balanceLowNanoUsd?.toString() ?? null,
  },
  {
    name: 'unsubscribed_kinds',
    about: 'Notices that do not reach you by mail, as you wish.',
    value: ({ preferences }) => preferences?.unsubscribedKinds ?? [],
  },
];

const rechargeFields: readonly Field<AutoRecharge>[] = [
  {
    name: 'enabled',
    about: 'Whether your card is charged when the balance is low.',
    value: (one) => one.enabled,
  },
  {
    name: 'below_nano_usd',
    about: 'Below which balance.',
    value: (one) => one.belowNanoUsd.toString(),
  },
  {
    name: 'amount_nano_usd',
    about: 'With how much.',
    value: (one) => one.amountNanoUsd.toString(),
  },
  {
    name: 'daily_cap_nano_usd',
    about: 'The most of one day.',
    value: (one) => one.dailyCapNanoUsd.toString(),
  },
  { name: 'card_brand', about: 'Of the saved card.', value: (one) => orNull(one.cardBrand) },
  {
    name: 'card_last4',
    about: 'Its last digits: no more of it is known here.',
    value: (one) => orNull(one.cardLast4),
  },
  {
    name: 'last_state',
    about: 'Of the latest charge: started, paid, declined, needs_action, failed, or unspecified.',
    value: (one) => word(one.lastState, 'RECHARGE_STATE_'),
  },
  {
    name: 'last_code',
    about: 'Why it was not paid, as Stripe says.',
    value: (one) => orNull(one.lastCode),
  },
  {
    name: 'last_started_at',
    about: 'When the latest charge was begun.',
    value: (one) => iso(one.lastStartedAt),
  },
];

const webhookFields: readonly Field<AccountWebhook>[] = [
  { name: 'url', about: 'Where notices of your account are sent.', value: (one) => one.url },
  { name: 'created_at', about: 'Since when.', value: (one) => iso(one.createdAt) },
  {
    name: 'previous_secret_until',
    about: 'Until when the secret before the last signs too.',
    value: (one) => iso(one.previousSecretUntil),
  },
];

const deliveryFields: readonly Field<WebhookDelivery>[] = [
  { name: 'delivery_id', about: 'What was sent.', value: (one) => one.deliveryId },
  { name: 'kind', about: 'Of the notice, or test.', value: (one) => one.kind },
  {
    name: 'state',
    about: 'pending, delivered or failed.',
    value: (one) => word(one.state, 'WEBHOOK_DELIVERY_STATE_'),
  },
  { name: 'attempts', about: 'How often it was sent.', value: (one) => one.attempts },
  {
    name: 'last_status',
    about: 'Of HTTP; 0 where there was no answer.',
    value: (one) => one.lastStatus,
  },
  { name: 'last_error', about: 'Why there was none.', value: (one) => orNull(one.lastError) },
  {
    name: 'last_latency_ms',
    about: 'How long the latest took, in milliseconds.',
    value: (one) => one.lastLatencyMs,
  },
  { name: 'created_at', about: 'When it was made.', value: (one) => iso(one.createdAt) },
  { name: 'ended_at', about: 'When it was over.', value: (one) => iso(one.endedAt) },
];

/** What of their accounts people are told, where, and what is paid by itself. */
export function noticeFiles(sources: PersonSources, teams: readonly Team[]): ArchiveFile[] {
  const { billing, userId: actorUserId, accountId, asked } = sources;
  const account = { accountId, actorUserId };
  async function* preferences(): AsyncGenerator<PreferencesOf> {
    for (const one of [accountId, ...teams.map((team) => team.accountId)]) {
      const of = { accountId: one, actorUserId };
      const { preferences: found } = await billing.getNoticePreferences(of, asked);
      yield { accountId: one, preferences: found };
    }
  }
  const deliveries = (): AsyncGenerator<WebhookDelivery> =>
    byLast<WebhookDelivery>(mostPerPage, async (last) => {
      const page = { limit: mostPerPage, beforeDeliveryId: last?.deliveryId ?? '' };
      return (await billing.listWebhookDeliveries({ ...account, ...page }, asked)).deliveries;
    });
  return [
    jsonLines(
      'notice-preferences.jsonl',
      'What you are told by mail of your account and of those of your teams.',
      preferenceFields,
      preferences,
    ),
    jsonObject(
      'auto-recharge.json',
      'What is paid by itself when your balance is low.',
      rechargeFields,
      async () => (await billing.getAutoRecharge(account, asked)).autoRecharge,
    ),
    jsonObject(
      'webhook.json',
      'Where notices of your account are sent. Its secret was shown once and is not here.',
      webhookFields,
      async () => (await billing.getAccountWebhook(account, asked)).webhook,
    ),
    jsonLines(
      'webhook-deliveries.jsonl',
      'What was sent there, newest first.',
      deliveryFields,
      deliveries,
    ),
  ];
}
