import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useNavigate } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import { Building2, LogOut, SunMoon } from 'lucide-react';
import { useSession } from '../api/session.js';
import { theme } from '../preferences/theme.js';
import { itemClasses } from '../ui/popup.js';
import { navigation } from './navigation.js';
import { signOut } from './sign-out.js';

interface Command {
  readonly value: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly words: string;
  readonly run: () => void;
}

/** Everything that can be gone to or done from anywhere, by typing. */
export default function CommandMenu({ onClose }: { onClose: () => void }) {
  const commands = useCommands();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-backdrop" />
        <Dialog.Popup
          aria-label="Go to a page or do something"
          className="fixed inset-x-3 top-[12dvh] z-50 mx-auto max-w-lg overflow-hidden rounded-xl border border-line bg-raised shadow-pop"
        >
          <Autocomplete.Root
            inline
            open
            autoHighlight="always"
            items={commands}
            itemToStringValue={(command: Command) => `${command.label} ${command.words}`}
          >
            <Autocomplete.Input
              aria-label="Go to a page or do something"
              placeholder="Go to a page or do something…"
              className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
            />
            <Autocomplete.Empty>
              <p className="px-4 py-6 text-center text-muted">Nothing of this name.</p>
            </Autocomplete.Empty>
            <Autocomplete.List className="max-h-80 overflow-y-auto p-1 empty:p-0">
              {(command: Command) => (
                <Autocomplete.Item
                  key={command.value}
                  value={command}
                  className={itemClasses('min-h-9')}
                  onClick={() => {
                    onClose();
                    command.run();
                  }}
                >
                  <command.icon aria-hidden className="size-4 text-muted" />
                  {command.label}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useCommands(): Command[] {
  const navigate = useNavigate();
  const { accounts } = useSession();
  return [
    ...navigation.map(({ to, label, icon, words = '' }) => ({
      value: to,
      label,
      icon,
      words,
      run: () => void navigate({ to }),
    })),
    ...accounts.map(({ account_id, name }) => ({
      value: account_id,
      label: `Look at ${name}`,
      icon: Building2,
      words: 'account team switch',
      run: () => void navigate({ to: '.', search: { account: account_id } }),
    })),
    ...theme.values.map((value) => ({
      value: `theme-${value}`,
      label:
        value === 'system' ? 'Theme as the system' : `${value === 'dark' ? 'Dark' : 'Light'} theme`,
      icon: SunMoon,
      words: 'appearance mode',
      run: () => theme.choose(value),
    })),
    {
      value: 'sign-out',
      label: 'Sign out',
      icon: LogOut,
      words: 'log out',
      run: () => void signOut(),
    },
  ];
}
