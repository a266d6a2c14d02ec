import type { Key } from '@modelbridge/dashboard-api';
import type { Tone } from '../../ui/badge.js';

export type KeyState = 'active' | 'disabled' | 'expired' | 'revoked';

export function stateOf(key: Key, nowMs: number): KeyState {
  if (key.revoked_at !== null) return 'revoked';
  if (key.expires_at !== null && Date.parse(key.expires_at) <= nowMs) return 'expired';
  return key.disabled_at === null ? 'active' : 'disabled';
}

export const STATES: Record<KeyState, { label: string; tone: Tone }> = {
  active: { label: 'Active', tone: 'good' },
  disabled: { label: 'Disabled', tone: 'warn' },
  expired: { label: 'Expired', tone: 'neutral' },
  revoked: { label: 'Revoked', tone: 'danger' },
};
