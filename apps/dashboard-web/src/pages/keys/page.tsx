import type { Key, KeySecret } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useAccount } from '../../layout/use-account.js';
import { useNow } from '../../ranges/use-now.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { inputClasses } from '../../ui/input.js';
import { Page } from '../../ui/page.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { CreateDialog } from './create-dialog.js';
import { KeyPanel } from './key-panel.js';
import { KeysTable } from './keys-table.js';
import { keysQuery } from './queries.js';
import { SecretDialog } from './secret-dialog.js';
import { useKeyActs } from './use-key-acts.js';

const keysRoute = getRouteApi('/shell/keys');

const MINUTE_MS = 60_000;

export function KeysPage() {
  const { key: openKey, create } = keysRoute.useSearch();
  const navigate = keysRoute.useNavigate();
  const [secret, setSecret] = useState<KeySecret>();
  const show = (part: { key?: string; create?: 1 }) =>
    void navigate({
      search: (before) => ({ ...before, key: undefined, create: undefined, ...part }),
    });
  const acts = useKeyActs((made) => {
    setSecret(made);
    show({});
  });
  const { account_id } = useAccount();
  const list = useKeys(account_id);
  const openCreate = () => show({ create: 1 });
  return (
    <Page
      title="Keys"
      description="What programs call the API with."
      actions={
        <Button look="primary" onClick={openCreate}>
          <Plus aria-hidden className="size-4" />
          Create key
        </Button>
      }
    >
      <List key={account_id} list={list} openKey={openKey} onOpen={show} onCreate={openCreate} />
      <CreateDialog isOpen={create === 1} onClose={() => show({})} create={acts.create} />
      <KeyPanel
        keyId={openKey}
        known={list.keys.find(({ key_id }) => key_id === openKey)}
        onClose={() => show({})}
        acts={acts}
      />
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
    </Page>
  );
}

type Keys = ReturnType<typeof useKeys>;

function useKeys(account_id: string) {
  const query = useInfiniteQuery(keysQuery(account_id));
  const { hasNextPage, isFetching, fetchNextPage, error } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, error]);
  return { query, more, keys: query.data?.pages.flatMap(({ items }) => items) ?? [] };
}

interface ListProps {
  readonly list: Keys;
  readonly openKey: string | undefined;
  readonly onOpen: (part: { key: string }) => void;
  readonly onCreate: () => void;
}

function List({ list, openKey, onOpen, onCreate }: ListProps) {
  const { kind } = useAccount();
  const { query, more, keys } = list;
  const now = useNow(MINUTE_MS);
  const [text, setText] = useState('');
  const isSearching = text.trim() !== '';
  // A name may be on any page: all of them are looked through.
  useEffect(() => {
    if (isSearching) more();
  }, [isSearching, more]);
  if (query.isPending) {
    return (
      <Card isFlush>
        <SkeletonRows label="Loading keys" />
      </Card>
    );
  }
  if (query.error !== null && keys.length === 0) {
    return (
      <ErrorNote
        error={query.error}
        what="The keys could not be loaded."
        retry={() => void query.refetch()}
      />
    );
  }
  if (keys.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<KeyRound className="size-8" />}
          title="No keys yet"
          action={
            <Button look="primary" onClick={onCreate}>
              Create the first key
            </Button>
          }
        >
          A key lets a program call every model through one API, within the limits that you give it.
        </EmptyState>
      </Card>
    );
  }
  const found = keys.filter((key) => matches(key, text.trim().toLowerCase()));
  return (
    <Card isFlush>
      <div className="border-b border-line p-3">
        <input
          type="search"
          aria-label="Find by name or id"
          placeholder="Find by name or id"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={inputClasses('sm:max-w-72')}
        />
      </div>
      <KeysTable
        keys={found}
        isTeam={kind === 'team'}
        nowMs={now}
        openKey={openKey}
        onOpen={({ key_id }) => onOpen({ key: key_id })}
        onNearEnd={more}
        footer={
          query.error !== null ? (
            <ErrorNote error={query.error} retry={() => void query.fetchNextPage()} />
          ) : query.hasNextPage ? (
            isSearching ? (
              `Looking through more than ${keys.length} keys…`
            ) : (
              'Loading more…'
            )
          ) : (
            `${found.length} of ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`
          )
        }
      />
    </Card>
  );
}

function matches({ name, public_id, key_id, user_name }: Key, text: string): boolean {
  return [name, public_id, key_id, user_name ?? ''].some((part) =>
    part.toLowerCase().includes(text),
  );
}
