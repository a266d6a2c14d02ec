import type { Model } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Code, Plus, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { catalogQuery } from '../../catalog/queries.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { Page } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';
import { useIsWide } from '../../ui/use-is-wide.js';
import { CodeDialog } from './code/code-dialog.js';
import { ColumnView } from './column-view.js';
import { Composer } from './composer.js';
import { isRunning, openCalls } from './conversation/entries.js';
import { MOST_MODELS, type PlaygroundState } from './conversation/playground.js';
import { usePlayground } from './conversation/use-playground.js';
import { CostShown } from './reply-figures.js';
import { readSettings } from './settings/settings.js';
import { SettingsForm } from './settings/settings-form.js';

const playgroundRoute = getRouteApi('/shell/playground');

const HEIGHT = 'h-[max(30rem,calc(100dvh-12rem))] md:h-[max(30rem,calc(100dvh-7rem))]';

export function PlaygroundPage() {
  const catalog = useQuery(catalogQuery);
  const { account_id } = useAccount();
  return catalog.data === undefined ? (
    <Page title="Playground">
      {catalog.error === null ? (
        <Skeleton className={HEIGHT} />
      ) : (
        <ErrorNote
          error={catalog.error}
          what="The models could not be loaded."
          retry={() => void catalog.refetch()}
        />
      )}
    </Page>
  ) : (
    <Conversations key={account_id} models={catalog.data.items} />
  );
}

function Conversations({ models }: { models: readonly Model[] }) {
  const { playground, state } = usePlayground();
  const { columns, settings } = state;
  const isWide = useIsWide();
  const [areSettingsOpen, setSettingsOpen] = useState(isWide);
  const [isCodeOpen, setCodeOpen] = useState(false);
  useEffect(() => {
    playground.know(models);
  }, [playground, models]);
  useModelsOfAddress(models);
  const spent = playground.spent();
  const bodies = isCodeOpen ? columns.flatMap(({ id }) => playground.bodyOf(id) ?? []) : [];
  return (
    <Page
      title="Playground"
      actions={
        <>
          {spent.nanoUsd > 0n && (
            <span className="mr-2 text-sm text-muted">
              Spent here: <CostShown cost={spent} />
            </span>
          )}
          <AddModel models={models} state={state} onAdd={(id) => playground.add(id)} />
          <Button aria-pressed={areSettingsOpen} onClick={() => setSettingsOpen(!areSettingsOpen)}>
            <SlidersHorizontal aria-hidden className="size-4" />
            Settings
          </Button>
          <Button onClick={() => setCodeOpen(true)}>
            <Code aria-hidden className="size-4" />
            View code
          </Button>
          <Button
            disabled={columns.every(({ entries }) => entries.length === 0)}
            onClick={() => playground.clear()}
          >
            <Trash2 aria-hidden className="size-4" />
            Clear
          </Button>
        </>
      }
    >
      <div className="flex flex-col-reverse gap-4 lg:flex-row">
        <div className={`flex min-w-0 flex-1 flex-col gap-3 ${HEIGHT}`}>
          <div className="flex min-h-0 flex-1 snap-x gap-3 overflow-x-auto">
            {columns.map((column) => (
              <ColumnView
                key={column.id}
                column={column}
                playground={playground}
                models={models}
                canBeRemoved={columns.length > 1}
              />
            ))}
          </div>
          <Composer
            isRunning={columns.some(({ entries }) => isRunning(entries))}
            obstacle={obstacleOf(state)}
            onSay={(text, pictures) => playground.say(text, pictures)}
            onStop={() => playground.stopAll()}
          />
        </div>
        {areSettingsOpen && (
          <Card title="Settings" className="lg:w-72 lg:shrink-0 lg:self-start">
            <SettingsForm
              settings={settings}
              models={models.filter(({ model_id }) =>
                columns.some(({ modelId }) => modelId === model_id),
              )}
              onChange={(part) => playground.set(part)}
            />
          </Card>
        )}
      </div>
      <CodeDialog isOpen={isCodeOpen} onClose={() => setCodeOpen(false)} bodies={bodies} />
    </Page>
  );
}

function obstacleOf({ columns, settings }: PlaygroundState): string | undefined {
  if (readSettings(settings).errors !== undefined) return 'Mend the settings first.';
  if (columns.some(({ entries }) => openCalls(entries).length > 0)) {
    return 'Give the results of the calls first.';
  }
  return undefined;
}

interface AddModelProps {
  readonly models: readonly Model[];
  readonly state: PlaygroundState;
  readonly onAdd: (modelId: string) => void;
}

function AddModel({ models, state, onAdd }: AddModelProps) {
  const shown = state.columns.map(({ modelId }) => modelId);
  return (
    <Menu
      trigger={
        <Button disabled={shown.length >= MOST_MODELS}>
          <Plus aria-hidden className="size-4" />
          Add model
        </Button>
      }
    >
      {models
        .filter(({ model_id }) => !shown.includes(model_id))
        .map(({ model_id, name }) => (
          <MenuItem key={model_id} onSelect={() => onAdd(model_id)}>
            {name}
          </MenuItem>
        ))}
    </Menu>
  );
}

/** The address may name models, as a link from elsewhere does; then it says nothing more. */
function useModelsOfAddress(models: readonly Model[]): void {
  const { playground } = usePlayground();
  const { models: wanted } = playgroundRoute.useSearch();
  const navigate = playgroundRoute.useNavigate();
  const show = useEffectEvent(() => {
    const known = (wanted ?? []).filter((id) => models.some(({ model_id }) => model_id === id));
    const [first] = models;
    if (known.length > 0) playground.show(known);
    else if (playground.snapshot().columns.length === 0 && first !== undefined) {
      playground.add(first.model_id);
    }
    if (wanted !== undefined) {
      void navigate({ search: ({ account }) => ({ account }), replace: true });
    }
  });
  useEffect(() => show(), [wanted]);
}
