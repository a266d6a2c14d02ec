import {
  privacyRoutes,
  profileRoutes,
  type Asked,
  type HeldContent,
} from '@modelbridge/dashboard-api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { useSession } from '../../api/session.js';
import { readableBytes } from '../../format/numbers.js';
import { profileQuery } from '../../layout/profile.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { CheckboxCell } from '../../ui/checkbox.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { EmptyState } from '../../ui/empty-state.js';
import { LoadMore } from '../../ui/load-more.js';
import { Loaded } from '../../ui/loaded.js';
import { Switch } from '../../ui/switch.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Time } from '../../ui/values.js';
import { contentsQuery } from './queries.js';

/** As many as the server deletes by name at once. */
const MOST_CHOSEN = 100;

type Question = 'chosen' | 'everything';

/** What is kept of what the person's requests say, until when, and how it goes before. */
export function Stored() {
  return (
    <>
      <StoreSwitch />
      <Contents />
    </>
  );
}

function StoreSwitch() {
  const query = useQuery(profileQuery);
  const change = useAct({
    name: 'profile.store-content',
    run: (store_content: boolean) => api.call(profileRoutes.change, { body: { store_content } }),
    done: ({ store_content }) =>
      store_content ? 'New requests may be stored' : 'Nothing more is stored',
    changes: [['profile']],
  });
  return (
    <Card>
      <Loaded query={query} what="what may be stored" rows={1}>
        {({ store_content }) => (
          <Switch
            label="Store what my requests say"
            hint="Sealed, for at most 30 days, readable by you alone; and only of models that say so. Off: of new requests nothing is stored."
            isOn={change.isPending ? change.variables : store_content}
            disabled={change.isPending}
            onChange={(isOn) => change.mutate(isOn)}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Contents() {
  const query = useInfiniteQuery(contentsQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question>();
  const remove = useAct({
    name: 'contents.delete',
    run: (body: Asked<typeof privacyRoutes.deleteContents>['body']) =>
      api.call(privacyRoutes.deleteContents, { body }),
    onDone: () => setChosen(new Set()),
    done: ({ deleted }) =>
      `Deleted for good: what ${deleted} ${deleted === 1 ? 'request' : 'requests'} said`,
    changes: [['contents'], ['request']],
  });
  const ask = () => {
    const body =
      question === 'everything'
        ? { everything: true as const }
        : { request_ids: [...chosen].slice(0, MOST_CHOSEN) };
    remove.mutate(body, { onSettled: () => setQuestion(undefined) });
  };
  return (
    <Card
      title="Held now"
      isFlush
      actions={
        <div className="flex flex-wrap gap-2">
          <Button size="small" disabled={chosen.size === 0} onClick={() => setQuestion('chosen')}>
            Delete {chosen.size > 0 && chosen.size} chosen
          </Button>
          <Button size="small" look="warning" onClick={() => setQuestion('everything')}>
            Delete everything
          </Button>
        </div>
      }
    >
      <Loaded query={query} what="what is stored">
        {({ pages }) => (
          <>
            <Rows
              items={pages.flatMap(({ items }) => items)}
              chosen={chosen}
              onChoose={setChosen}
            />
            <LoadMore pages={query} />
          </>
        )}
      </Loaded>
      <ConfirmDialog
        isOpen={question !== undefined}
        onClose={() => setQuestion(undefined)}
        title={
          question === 'everything' ? 'Delete everything that is stored' : 'Delete what is chosen'
        }
        confirm="Delete for good"
        isDanger
        isBusy={remove.isPending}
        typed={question === 'everything' ? 'delete everything' : undefined}
        onConfirm={ask}
      >
        What these requests said cannot be brought back, by you or by us. What they cost stays in
        the activity.
      </ConfirmDialog>
    </Card>
  );
}

interface RowsProps {
  readonly items: readonly HeldContent[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

function Rows({ items, chosen, onChoose }: RowsProps) {
  const { accounts } = useSession();
  if (items.length === 0) {
    return (
      <EmptyState icon={<ShieldCheck className="size-8" />} title="Nothing is stored">
        Nothing that your requests said is held here.
      </EmptyState>
    );
  }
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen && next.size < MOST_CHOSEN) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <Table label="What is stored">
      <thead>
        <tr>
          <HeadCell className="w-10">
            <span className="sr-only">Chosen</span>
          </HeadCell>
          <HeadCell>Request</HeadCell>
          <HeadCell>Account</HeadCell>
          <HeadCell>Stored</HeadCell>
          <HeadCell>Unreadable from</HeadCell>
          <HeadCell isNumber>Size</HeadCell>
        </tr>
      </thead>
      <tbody>
        {items.map((held) => (
          <tr key={held.request_id}>
            <Cell>
              <CheckboxCell
                label={`Choose ${held.request_id}`}
                isChecked={chosen.has(held.request_id)}
                onChange={(isChosen) => choose(held.request_id, isChosen)}
              />
            </Cell>
            <Cell>
              <Link
                to="/activity"
                search={{ account: held.account_id, request: held.request_id }}
                className="font-mono text-xs whitespace-nowrap text-accent-text underline-offset-2 hover:underline"
              >
                {held.request_id}
              </Link>
            </Cell>
            <Cell className="max-w-40 truncate">
              {accounts.find(({ account_id }) => account_id === held.account_id)?.name ?? '–'}
            </Cell>
            <Cell className="whitespace-nowrap">
              <Time at={held.stored_at} isPlain />
            </Cell>
            <Cell className="whitespace-nowrap">
              <Time at={held.unreadable_at} isPlain />
            </Cell>
            <Cell isNumber>{readableBytes(held.raw_bytes)}</Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
