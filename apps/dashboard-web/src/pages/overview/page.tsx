import { useAccount } from '../../layout/use-account.js';
import { Card } from '../../ui/card.js';
import { Page } from '../../ui/page.js';

export function OverviewPage() {
  const account = useAccount();
  return (
    <Page title="Overview" description={account.name}>
      <Card title="Account">
        <code className="font-mono break-all">{account.account_id}</code>
      </Card>
    </Page>
  );
}
