import type { Model } from '@modelbridge/dashboard-api';
import { Square, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button, IconButton } from '../../ui/button.js';
import { Select } from '../../ui/select.js';
import { CallResults } from './call-results.js';
import { isRunning, openCalls, type Entry } from './conversation/entries.js';
import type { Column, Playground } from './conversation/playground.js';
import { ReplyView } from './reply-view.js';

interface ColumnViewProps {
  readonly column: Column;
  readonly playground: Playground;
  readonly models: readonly Model[];
  readonly canBeRemoved: boolean;
}

/** A model and what was said with it. */
export function ColumnView({ column, playground, models, canBeRemoved }: ColumnViewProps) {
  const { id, modelId, entries } = column;
  const model = models.find(({ model_id }) => model_id === modelId);
  const name = model?.name ?? modelId;
  const running = isRunning(entries);
  const calls = openCalls(entries);
  const scroller = useFollowedEnd(entries);
  return (
    <section
      aria-label={name}
      className="flex min-w-[min(100%,20rem)] flex-1 snap-start flex-col rounded-lg border border-line bg-surface"
    >
      <header className="flex items-center gap-1 border-b border-line p-2">
        <Select
          label="Model"
          value={modelId}
          disabled={running}
          options={models.map(({ model_id, name: label }) => ({ value: model_id, label }))}
          onChange={(next) => playground.exchange(id, next)}
          className="min-w-0"
        />
        <span className="flex-1" />
        {running && (
          <Button size="small" onClick={() => playground.stop(id)}>
            <Square aria-hidden className="size-3" />
            Stop
          </Button>
        )}
        {canBeRemoved && (
          <IconButton label={`Take ${name} away`} onClick={() => playground.remove(id)}>
            <X aria-hidden className="size-4" />
          </IconButton>
        )}
      </header>
      <div
        ref={scroller}
        // It scrolls, by keyboard too.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={`Conversation with ${name}`}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto overscroll-contain p-3"
      >
        {entries.length === 0 && <Intro model={model} />}
        {entries.map((entry, index) => (
          <EntryView
            key={index}
            entry={entry}
            model={model}
            onAgain={
              index === entries.length - 1 && !running ? () => playground.again(id) : undefined
            }
          />
        ))}
        {calls.length > 0 && (
          <CallResults
            key={entries.length}
            calls={calls}
            onSend={(results) => playground.answerCalls(id, results)}
          />
        )}
      </div>
      <p role="status" className="sr-only">
        {running ? `${name} is answering` : entries.length > 0 ? `${name} has answered` : ''}
      </p>
    </section>
  );
}

function Intro({ model }: { model: Model | undefined }) {
  if (model === undefined) {
    return <p className="m-auto text-center text-muted">This model is not in the catalog.</p>;
  }
  return (
    <p className="m-auto max-w-64 text-center text-muted">
      {model.content === 'never'
        ? 'Nothing that is said here is stored.'
        : 'What is said here is kept sealed for you, for at most 30 days.'}
    </p>
  );
}

interface EntryViewProps {
  readonly entry: Entry;
  readonly model: Model | undefined;
  readonly onAgain: (() => void) | undefined;
}

function EntryView({ entry, model, onAgain }: EntryViewProps) {
  if (entry.kind === 'reply') return <ReplyView reply={entry} onAgain={onAgain} />;
  if (entry.kind === 'result') {
    return (
      <div className="rounded-md border border-line p-2">
        <p className="text-xs text-muted">Result of {entry.call.name}</p>
        <p className="font-mono text-sm break-words whitespace-pre-wrap">
          {entry.text || '(empty)'}
        </p>
      </div>
    );
  }
  const takesPictures = model?.input_modalities.includes('image') !== false;
  return (
    <div className="flex flex-col gap-2 self-end rounded-lg bg-accent-soft px-3 py-2">
      {entry.text !== '' && <p className="break-words whitespace-pre-wrap">{entry.text}</p>}
      {entry.pictures.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {entry.pictures.map(({ name, dataUrl }, index) => (
            <img
              key={index}
              src={dataUrl}
              alt={name}
              className="max-h-40 max-w-full rounded border border-line"
            />
          ))}
        </div>
      )}
      {entry.pictures.length > 0 && !takesPictures && (
        <p className="text-sm text-muted">{model?.name} takes no images.</p>
      )}
    </div>
  );
}

const NEAR_END_PX = 80;

/** Stays at the end while it grows, unless the person has scrolled up. */
function useFollowedEnd(entries: readonly Entry[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const note = () => {
      const below = element.scrollHeight - element.scrollTop - element.clientHeight;
      isFollowing.current = below < NEAR_END_PX;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, []);
  const last = entries.at(-1);
  useEffect(() => {
    // What the person has just said is always shown.
    const isNew = last?.kind === 'reply' && last.firstMs === undefined;
    const element = scroller.current;
    if (element !== null && (isNew || isFollowing.current)) {
      element.scrollTop = element.scrollHeight;
    }
  }, [last]);
  return scroller;
}
