import { useNavigate } from '@tanstack/react-router';
import { useSession } from '../api/session.js';
import { Select } from '../ui/select.js';
import { useAccount } from './use-account.js';

/** Which account is looked at: the person's own, or a team's. */
export function AccountSwitcher() {
  const { accounts } = useSession();
  const { account_id } = useAccount();
  const navigate = useNavigate();
  return (
    <Select
      label="Account"
      className="w-full"
      value={account_id}
      options={accounts.map((account) => ({
        value: account.account_id,
        label: account.name,
        note: account.kind === 'personal' ? 'personal' : account.role,
      }))}
      onChange={(chosen) =>
        // What else the address says is of the account before: its keys, its members.
        void navigate({ to: '.', search: { account: chosen } })
      }
    />
  );
}
