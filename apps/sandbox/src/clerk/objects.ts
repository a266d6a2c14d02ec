import type { EmailAddressJSON, SessionJSON, UserJSON } from '@clerk/backend';

export function emailJson(id: string, email: string, verified: boolean): EmailAddressJSON {
  return {
    id,
    object: 'email_address',
    email_address: email,
    verification: {
      status: verified ? 'verified' : 'unverified',
      strategy: 'email_code',
      attempts: verified ? 1 : null,
      expire_at: null,
    } as EmailAddressJSON['verification'],
    linked_to: [],
  };
}

export function userJson(
  id: string,
  address: EmailAddressJSON,
  { firstName, lastName }: { firstName: string | null; lastName: string | null },
): UserJSON {
  const now = Date.now();
  return {
    id,
    object: 'user',
    username: null,
    first_name: firstName,
    last_name: lastName,
    image_url: '',
    has_image: false,
    primary_email_address_id: address.id,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: false,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [address],
    phone_numbers: [],
    web3_wallets: [],
    organization_memberships: null,
    external_accounts: [],
    enterprise_accounts: [],
    password_last_updated_at: null,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    external_id: null,
    last_sign_in_at: null,
    banned: false,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: null,
    created_at: now,
    updated_at: now,
    last_active_at: null,
    create_organization_enabled: true,
    create_organizations_limit: null,
    delete_self_enabled: true,
    legal_accepted_at: null,
    locale: null,
    timezone: null,
  };
}

const dayMs = 24 * 60 * 60 * 1_000;

export function sessionJson(id: string, userId: string, clientId: string): SessionJSON {
  const now = Date.now();
  return {
    id,
    object: 'session',
    client_id: clientId,
    user_id: userId,
    status: 'active',
    actor: null,
    last_active_at: now,
    expire_at: now + 7 * dayMs,
    abandon_at: now + 30 * dayMs,
    created_at: now,
    updated_at: now,
  };
}
