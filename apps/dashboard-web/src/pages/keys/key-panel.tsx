import type { Key } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../../api/session.js';
import { useAccount } from '../../layout/use-account.js';
import { useNow } from '../../ranges/use-now.js';
import { SnippetTabs } from '../../snippets/snippet-tabs.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { SidePanel } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { EditForm } from './edit-form.js';
import { KeyFacts } from './key-facts.js';
import { KeyQuestions, type Question } from './key-questions.js';
import { STATES, stateOf } from './key-state.js';
import { keyQuery } from './queries.js';
import type { KeyActs } from './use-key-acts.js';

interface KeyPanelProps {
  readonly keyId: string | undefined;
  /** As the list has it, until it is asked by itself. */
  readonly known: Key | undefined;
  readonly onClose: () => void;
  readonly acts: KeyActs;
}

const MINUTE_MS = 60_000;

/** One key: what it may, what it has used, and everything that can be done to it. */
export function KeyPanel({ keyId, known, onClose, acts }: KeyPanelProps) {
  return (
    <SidePanel isBeside isOpen={keyId !== undefined} onClose={onClose} title={known?.name ?? 'Key'}>
      {keyId !== undefined && <Content key={keyId} keyId={keyId} known={known} acts={acts} />}
    </SidePanel>
  );
}

function Content({ keyId, known, acts }: { keyId: string; known?: Key; acts: KeyActs }) {
  const { account_id } = useAccount();
  const query = useQuery(keyQuery(account_id, keyId, known));
  const [isEditing, setEditing] = useState(false);
  if (query.data === undefined) {
    return query.error === null ? (
      <SkeletonRows label="Loading the key" />
    ) : (
      <ErrorNote
        error={query.error}
        what="The key could not be loaded."
        retry={() => void query.refetch()}
      />
    );
  }
  return isEditing ? (
    <EditForm shown={query.data} update={acts.update} onDone={() => setEditing(false)} />
  ) : (
    <Shown shown={query.data} acts={acts} onEdit={() => setEditing(true)} />
  );
}

function Shown({ shown, acts, onEdit }: { shown: Key; acts: KeyActs; onEdit: () => void }) {
  const { api_origin } = useSession();
  const now = useNow(MINUTE_MS);
  const [question, setQuestion] = useState<Question>();
  const { account_id } = useAccount();
  const state = stateOf(shown, now);
  const { label, tone } = STATES[state];
  const one = { account_id, key_id: shown.key_id };
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{label}</Badge>
        {shown.is_test && <Badge>test</Badge>}
        {shown.scope === 'management' && <Badge tone="accent">management</Badge>}
        <code className="font-mono text-xs break-all text-muted">{shown.public_id}…</code>
      </div>
      {state !== 'revoked' && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={onEdit}>Change</Button>
          <Button onClick={() => setQuestion('rotate')}>Rotate</Button>
          {shown.disabled_at === null ? (
            <Button isBusy={acts.disable.isPending} onClick={() => acts.disable.mutate(one)}>
              Disable
            </Button>
          ) : (
            <Button isBusy={acts.enable.isPending} onClick={() => acts.enable.mutate(one)}>
              Enable
            </Button>
          )}
          <Button look="warning" onClick={() => setQuestion('revoke')}>
            Revoke
          </Button>
        </div>
      )}
      <KeyFacts shown={shown} />
      {state === 'active' && shown.scope === 'inference' && (
        <SnippetTabs origin={api_origin} model={shown.restrictions.allowed_models[0]} />
      )}
      <KeyQuestions
        shown={shown}
        question={question}
        onClose={() => setQuestion(undefined)}
        acts={acts}
      />
    </div>
  );
}
