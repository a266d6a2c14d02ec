import { consentRoutes, type Consents as Given } from '@modelbridge/dashboard-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { consentsQuery } from '../../layout/consents.js';
import TermsDialog from '../../layout/terms-dialog.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Loaded } from '../../ui/loaded.js';
import { Switch } from '../../ui/switch.js';
import { Time } from '../../ui/values.js';

type Optional = 'product_news' | 'service_statistics';

const OPTIONAL: readonly { purpose: Optional; label: string; hint: string }[] = [
  {
    purpose: 'product_news',
    label: 'News of the product',
    hint: 'A mail now and then, with a link that ends them.',
  },
  {
    purpose: 'service_statistics',
    label: 'Statistics of the service',
    hint: 'Whether your requests count in the anonymous figures of how models answer.',
  },
];

/** What the person has agreed to; what is not needed can be taken back. */
export function Consents() {
  const query = useQuery(consentsQuery);
  return (
    <Card title="What you have agreed to">
      <Loaded query={query} what="the consents">
        {(given) => <Shown given={given} />}
      </Loaded>
    </Card>
  );
}

function Shown({ given }: { given: Given }) {
  const queries = useQueryClient();
  const set = useAct({
    name: 'consents.set',
    run: ({ purpose, isGiven }: { purpose: Optional; isGiven: boolean }) =>
      api.call(consentRoutes.set, { params: { purpose }, body: { given: isGiven } }),
    onDone: (consents) => queries.setQueryData(consentsQuery.queryKey, consents),
    done: 'Saved',
  });
  const { consents, announced } = given;
  return (
    <div className="flex flex-col gap-5">
      <Terms given={given} />
      {announced !== null && (
        <p>
          A <VersionLink version={announced.version}>new version of the policy</VersionLink> is
          announced
          {announced.effective_at !== null && (
            <>
              {' '}
              for <Time at={announced.effective_at} style="dayOfYear" />
            </>
          )}
          : {announced.summary}
        </p>
      )}
      {OPTIONAL.map(({ purpose, label, hint }) => (
        <Switch
          key={purpose}
          label={label}
          hint={hint}
          isOn={consents.some((each) => each.purpose === purpose && each.given)}
          disabled={set.isPending}
          onChange={(isGiven) => set.mutate({ purpose, isGiven })}
        />
      ))}
    </div>
  );
}

function Terms({ given: { consents, to_accept } }: { given: Given }) {
  const [isOpen, setOpen] = useState(false);
  const terms = consents.find(({ purpose, given }) => purpose === 'terms' && given);
  if (to_accept !== null) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>The terms and the privacy policy of {to_accept.version} wait for you to accept them.</p>
        <Button look="primary" onClick={() => setOpen(true)}>
          Read and accept
        </Button>
        <TermsDialog isOpen={isOpen} toAccept={to_accept} onClose={() => setOpen(false)} />
      </div>
    );
  }
  return (
    <p>
      You accepted the{' '}
      <VersionLink version={terms?.policy_version ?? ''}>terms and the privacy policy</VersionLink>
      {terms?.policy_version !== null && ` of ${terms?.policy_version ?? ''}`}
      {terms !== undefined && terms.decided_at !== null && (
        <>
          {' '}
          on <Time at={terms.decided_at} style="dayOfYear" />
        </>
      )}
      . To take that back, delete the account.
    </p>
  );
}

function VersionLink({ version, children }: { version: string; children: string }) {
  return (
    <a
      href={version === '' ? '/privacy' : `/privacy/versions/${version}`}
      target="_blank"
      rel="noopener"
      className="text-accent-text underline underline-offset-2"
    >
      {children}
    </a>
  );
}
