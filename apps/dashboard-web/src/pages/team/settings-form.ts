import type { Team } from '@modelbridge/dashboard-api';
import { dollarsOfNanos, nanosOfDollars } from '../../format/money.js';

/** The settings of a team as they are typed. */
export interface SettingsForm {
  readonly name: string;
  readonly models: string;
  readonly neverStoredOnly: boolean;
  readonly keyMakers: Team['settings']['key_makers'];
  readonly day: string;
  readonly month: string;
  readonly total: string;
}

export type SettingsErrors = Partial<Record<'name' | 'day' | 'month' | 'total', string>>;

export function formOf({ name, settings }: Team): SettingsForm {
  const typed = (nanos: string | null) => (nanos === null ? '' : dollarsOfNanos(nanos));
  return {
    name,
    models: settings.allowed_models.join('\n'),
    neverStoredOnly: settings.never_stored_only,
    keyMakers: settings.key_makers,
    day: typed(settings.default_key_day_nano_usd),
    month: typed(settings.default_key_month_nano_usd),
    total: typed(settings.default_key_total_nano_usd),
  };
}

/** What is sent, or what is wrong by its field. */
export function readForm(
  form: SettingsForm,
): { settings: Team['settings'] } | { errors: SettingsErrors } {
  const errors: SettingsErrors = {};
  if (form.name.trim() === '') errors.name = 'A team has a name.';
  const amount = (field: 'day' | 'month' | 'total'): string | null => {
    if (form[field].trim() === '') return null;
    const nanos = nanosOfDollars(form[field]);
    if (nanos === undefined) errors[field] = 'An amount of dollars, such as 20, or nothing.';
    return nanos ?? null;
  };
  const settings = {
    allowed_models: form.models.split(/[\s,]+/).filter((model) => model !== ''),
    never_stored_only: form.neverStoredOnly,
    key_makers: form.keyMakers,
    default_key_day_nano_usd: amount('day'),
    default_key_month_nano_usd: amount('month'),
    default_key_total_nano_usd: amount('total'),
  };
  return Object.keys(errors).length === 0 ? { settings } : { errors };
}
