import { LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useSession } from '../api/session.js';
import { usePreference } from '../preferences/preference.js';
import { theme, type Theme } from '../preferences/theme.js';
import { Button } from '../ui/button.js';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.js';
import { signOut } from './sign-out.js';

const THEMES: Record<Theme, { label: string; icon: typeof Sun }> = {
  system: { label: 'Theme: as the system', icon: Monitor },
  light: { label: 'Theme: light', icon: Sun },
  dark: { label: 'Theme: dark', icon: Moon },
};

export function PersonMenu() {
  const { person } = useSession();
  const chosen = usePreference(theme);
  const next = theme.values[(theme.values.indexOf(chosen) + 1) % theme.values.length] ?? 'system';
  const { label, icon: Icon } = THEMES[chosen];
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" className="h-auto w-full !justify-start py-1.5">
          <UserRound aria-hidden className="size-4" />
          <span className="min-w-0 text-left">
            <span className="block truncate text-text">{person.name}</span>
            <span className="block truncate text-xs font-normal">{person.email}</span>
          </span>
        </Button>
      }
    >
      <MenuItem icon={<Icon className="size-4" />} onSelect={() => theme.choose(next)}>
        {label}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut className="size-4" />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
