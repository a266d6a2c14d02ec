import { Page } from '../../ui/page.js';
import { NoticesCard } from './notices-card.js';
import { PreferencesCard } from './preferences-card.js';
import { ProfileCard } from './profile-card.js';
import { WebhookCard } from './webhook-card.js';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className="grid gap-4 lg:grid-cols-2">
        <ProfileCard />
        <PreferencesCard />
      </div>
      <NoticesCard />
      <WebhookCard />
    </Page>
  );
}
