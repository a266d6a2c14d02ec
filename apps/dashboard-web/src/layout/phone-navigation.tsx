import { SidePanel } from '../ui/dialog.js';
import { AccountSwitcher } from './account-switcher.js';
import { NavigationLinks } from './navigation-links.js';
import { PersonMenu } from './person-menu.js';

export function PhoneNavigation({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <SidePanel isOpen={isOpen} onClose={onClose} title="ModelBridge">
      <div className="flex flex-col gap-4">
        <AccountSwitcher />
        <nav aria-label="Pages">
          <NavigationLinks onFollow={onClose} />
        </nav>
        <PersonMenu />
      </div>
    </SidePanel>
  );
}
