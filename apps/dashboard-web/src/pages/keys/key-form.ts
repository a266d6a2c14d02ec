import { KEY_APIS, LIMIT_PERIODS, type Key } from '@modelbridge/dashboard-api';
import { dollarsOfNanos, nanosOfDollars } from '../../format/money.js';

type Period = (typeof LIMIT_PERIODS)[number];
type Api = (typeof KEY_APIS)[number];

/** What a person has filled in, as text. */
export interface KeyForm {
  readonly name: string;
  readonly isManagement: boolean;
  readonly isTest: boolean;
  /** A local day such as `2026-12-31`, through whose end it works; empty: it does not expire. */
  readonly lastDay: string;
  /** Dollars; empty: no limit. */
  readonly limits: Readonly<Record<Period, string>>;
  /** One a line. */
  readonly models: string;
  readonly isNeverStoredOnly: boolean;
  /** All of them is the same as none. */
  readonly apis: readonly Api[];
  /** One a line. */
  readonly addresses: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrentRequests: string;
}

export type KeyFormField = Exclude<keyof KeyForm, 'limits'> | `limit_${Period}`;

export const emptyForm: KeyForm = {
  name: '',
  isManagement: false,
  isTest: false,
  lastDay: '',
  limits: { day: '', week: '', month: '', total: '' },
  models: '',
  isNeverStoredOnly: false,
  apis: [],
  addresses: '',
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrentRequests: '',
};

export function formOf(key: Key): KeyForm {
  const { restrictions } = key;
  const count = (value: number) => (value === 0 ? '' : String(value));
  const limits = { ...emptyForm.limits };
  for (const { period, limit_nano_usd } of key.limits)
    limits[period] = dollarsOfNanos(limit_nano_usd);
  return {
    name: key.name,
    isManagement: key.scope === 'management',
    isTest: key.is_test,
    lastDay: key.expires_at === null ? '' : localDay(new Date(key.expires_at)),
    limits,
    models: restrictions.allowed_models.join('\n'),
    isNeverStoredOnly: restrictions.never_stored_only,
    apis: restrictions.allowed_apis,
    addresses: restrictions.allowed_addresses.join('\n'),
    requestsPerMinute: count(restrictions.requests_per_minute),
    tokensPerMinute: count(restrictions.tokens_per_minute),
    concurrentRequests: count(restrictions.concurrent_requests),
  };
}

function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export type KeyFormErrors = Partial<Record<KeyFormField, string>>;

export interface ReadForm {
  readonly name: string;
  readonly expires_at: string | null;
  readonly restrictions: Key['restrictions'];
  readonly limits: { period: Period; limit_nano_usd: string }[];
}

/** What the form says to the server, or what of it is none. */
export function readForm(form: KeyForm): { read: ReadForm } | { errors: KeyFormErrors } {
  const errors: KeyFormErrors = {};
  const name = form.name.trim();
  if (name === '') errors.name = 'Give it a name, such as where it is used.';
  const counted = (field: 'requestsPerMinute' | 'tokensPerMinute' | 'concurrentRequests') => {
    const text = form[field].trim();
    if (/^\d{0,12}$/.test(text)) return Number(text);
    errors[field] = 'A whole number, or nothing.';
    return 0;
  };
  const limits = LIMIT_PERIODS.flatMap((period) => {
    const text = form.limits[period].trim();
    if (text === '') return [];
    const limit_nano_usd = nanosOfDollars(text);
    if (limit_nano_usd !== undefined) return [{ period, limit_nano_usd }];
    errors[`limit_${period}`] = 'Dollars, such as 25 or 0.50.';
    return [];
  });
  const expires_at = form.lastDay === '' ? null : endOf(form.lastDay);
  if (expires_at === undefined) errors.lastDay = 'This is no day.';
  const restrictions = {
    allowed_models: linesOf(form.models),
    never_stored_only: form.isNeverStoredOnly,
    allowed_apis: form.apis.length === KEY_APIS.length ? [] : [...form.apis],
    allowed_addresses: linesOf(form.addresses),
    requests_per_minute: counted('requestsPerMinute'),
    tokens_per_minute: counted('tokensPerMinute'),
    concurrent_requests: counted('concurrentRequests'),
  };
  if (expires_at === undefined || Object.keys(errors).length > 0) return { errors };
  return { read: { name, expires_at, restrictions, limits } };
}

const linesOf = (text: string) =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

function endOf(day: string): string | undefined {
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
}

const FIELDS: readonly (readonly [RegExp, KeyFormField])[] = [
  [/^name$/, 'name'],
  [/^expires_at$/, 'lastDay'],
  [/allowed_models/, 'models'],
  [/allowed_addresses/, 'addresses'],
  [/allowed_apis/, 'apis'],
  [/requests_per_minute/, 'requestsPerMinute'],
  [/tokens_per_minute/, 'tokensPerMinute'],
  [/concurrent_requests/, 'concurrentRequests'],
];

/** The field of the form that the server has named; undefined where none shows it. */
export function fieldNamed(
  field: string | undefined,
  limits: readonly { period: Period }[],
): KeyFormField | undefined {
  const limit = limits[Number(/^limits\.(\d+)/.exec(field ?? '')?.[1] ?? NaN)];
  if (limit !== undefined) return `limit_${limit.period}`;
  return FIELDS.find(([pattern]) => pattern.test(field ?? ''))?.[1];
}
