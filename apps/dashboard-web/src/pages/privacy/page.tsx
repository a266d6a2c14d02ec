import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { classes } from '../../ui/classes.js';
import { Page } from '../../ui/page.js';
import { AuditLog } from './audit-log.js';
import { Consents } from './consents.js';
import { DeleteAccount } from './delete-account.js';
import { Exports } from './exports.js';
import { PrivacyRequests } from './privacy-requests.js';
import { SECTIONS, type Section } from './search.js';
import { Sessions } from './sessions.js';
import { Stored } from './stored.js';
import { SupportAccess } from './support-access.js';

const privacyRoute = getRouteApi('/shell/privacy');

const PARTS: Record<Section, { label: string; Content: ComponentType }> = {
  stored: { label: 'What is stored', Content: Stored },
  export: { label: 'Export', Content: Exports },
  support: { label: 'Support access', Content: SupportAccess },
  consents: { label: 'Consents', Content: Consents },
  requests: { label: 'Requests', Content: PrivacyRequests },
  sessions: { label: 'Sessions', Content: Sessions },
  audit: { label: 'Audit log', Content: AuditLog },
  delete: { label: 'Delete account', Content: DeleteAccount },
};

/** On a phone there is not room for all of them. */
function intoView(link: HTMLElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

export function PrivacyPage() {
  const { section = 'stored' } = privacyRoute.useSearch();
  const { Content } = PARTS[section];
  return (
    <Page title="Privacy and security">
      <nav aria-label="Parts of privacy and security" className="-mx-4 overflow-x-auto px-4">
        <ul className="flex gap-1 border-b border-line">
          {SECTIONS.map((each) => (
            <li key={each}>
              <Link
                from="/privacy"
                search={(before) => ({ ...before, section: each })}
                aria-current={each === section ? 'page' : undefined}
                ref={each === section ? intoView : undefined}
                className={classes(
                  '-mb-px block border-b-2 px-2.5 py-2 whitespace-nowrap hover:text-text',
                  each === section ? 'border-accent' : 'border-transparent text-muted',
                )}
              >
                {PARTS[each].label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Content />
    </Page>
  );
}
