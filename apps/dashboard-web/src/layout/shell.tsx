import { Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { ProofProvider } from '../acts/proof-provider.js';
import { Button, IconButton } from '../ui/button.js';
import { AccountSwitcher } from './account-switcher.js';
import { FirstVisit } from './first-visit.js';
import { Logo } from './logo.js';
import { NavigationLinks } from './navigation-links.js';
import { PersonMenu } from './person-menu.js';
import { PhoneNavigation } from './phone-navigation.js';
import { useCommandKey } from './use-command-key.js';

const CommandMenu = lazy(() => import('./command-menu.js'));

export function Shell() {
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isCommandOpen, setCommandOpen] = useState(false);
  const openCommands = () => setCommandOpen(true);
  useCommandKey(openCommands);
  useFocusOnPageChange();
  return (
    <ProofProvider>
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <div className="md:grid md:grid-cols-[14rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col gap-3 overflow-y-auto border-r border-line bg-surface p-3 md:flex">
          <Logo />
          <AccountSwitcher />
          <Button look="plain" onClick={openCommands} className="w-full !justify-start text-muted">
            <Search aria-hidden className="size-4" />
            <span className="flex-1 text-left">Go to…</span>
            <kbd className="rounded bg-sunken px-1 font-mono text-xs">{commandKeyName()}</kbd>
          </Button>
          <nav aria-label="Pages" className="flex-1">
            <NavigationLinks />
          </nav>
          <PersonMenu />
        </aside>
        <header className="sticky top-0 z-30 flex h-12 items-center gap-1 border-b border-line bg-surface px-2 md:hidden">
          <IconButton label="Open the navigation" onClick={() => setMenuOpen(true)}>
            <MenuIcon aria-hidden className="size-5" />
          </IconButton>
          <Logo />
          <span className="flex-1" />
          <IconButton label="Go to…" onClick={openCommands}>
            <Search aria-hidden className="size-5" />
          </IconButton>
        </header>
        <main id="content" tabIndex={-1} className="min-w-0 px-4 py-5 outline-none md:px-6">
          <div className="mx-auto max-w-7xl">
            <Outlet />
          </div>
        </main>
      </div>
      <PhoneNavigation isOpen={isMenuOpen} onClose={() => setMenuOpen(false)} />
      <FirstVisit />
      <Suspense>{isCommandOpen && <CommandMenu onClose={() => setCommandOpen(false)} />}</Suspense>
    </ProofProvider>
  );
}

function commandKeyName(): string {
  return /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';
}

/** A new page is where reading starts, as it would be without a single-page app. */
function useFocusOnPageChange(): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [first] = useState(path);
  useEffect(() => {
    if (path !== first) document.getElementById('content')?.focus({ preventScroll: true });
  }, [path, first]);
}
