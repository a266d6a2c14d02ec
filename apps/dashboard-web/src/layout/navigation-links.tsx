import { Link } from '@tanstack/react-router';
import { navigation } from './navigation.js';

export function NavigationLinks({ onFollow }: { onFollow?: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {navigation.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            onClick={onFollow}
            preload="intent"
            className="flex h-9 items-center gap-2.5 rounded-md px-2 font-medium text-muted hover:bg-sunken hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-text md:h-8"
          >
            <Icon aria-hidden className="size-4" />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
