import type { LinkProps } from '@tanstack/react-router';
import {
  Activity,
  Boxes,
  CreditCard,
  KeyRound,
  LayoutDashboard,
  Settings,
  ShieldCheck,
  type LucideIcon,
  Users,
  MessagesSquare,
} from 'lucide-react';

interface Destination {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Further words that the command menu finds it by. */
  readonly words?: string;
}

/** The pages, in the order in which they are shown. */
export const navigation: readonly Destination[] = [
  { to: '/overview', label: 'Overview', icon: LayoutDashboard, words: 'home spend balance' },
  { to: '/activity', label: 'Activity', icon: Activity, words: 'requests log usage live export' },
  { to: '/keys', label: 'Keys', icon: KeyRound, words: 'api token secret create' },
  { to: '/models', label: 'Models', icon: Boxes, words: 'catalog prices context regions health' },
  {
    to: '/playground',
    label: 'Playground',
    icon: MessagesSquare,
    words: 'chat try compare prompt tools images',
  },
  { to: '/team', label: 'Team', icon: Users, words: 'members invite roles transfer leave' },
  {
    to: '/billing',
    label: 'Billing',
    icon: CreditCard,
    words: 'balance top up pay invoice plan limit promo card',
  },
  {
    to: '/privacy',
    label: 'Privacy and security',
    icon: ShieldCheck,
    words: 'content stored delete export support consents sessions audit log account',
  },
  {
    to: '/settings',
    label: 'Settings',
    icon: Settings,
    words: 'profile name theme notifications mails webhook',
  },
];
