import {
  liveRequests,
  liveRequestsEvent,
  pathOf,
  type RequestFilter,
  type RequestRow,
} from '@modelbridge/dashboard-api';
import { useEffect, useEffectEvent, useState } from 'react';
import { withArrived } from './merge.js';

/** Rows are drawn this often, however many come. */
const DRAWN_EVERY_MS = 200;
const AGAIN_AFTER_MS = 3_000;

export type LiveState = 'off' | 'connecting' | 'live' | 'lost';

interface Live {
  readonly rows: readonly RequestRow[];
  readonly state: LiveState;
}

const OFF: Live = { rows: [], state: 'off' };

/**
 * The requests that come from now on, newest first. `onOpen` is called each time the stream begins: what was recorded
 * before is for the list to load. `onRefused`: the server does not answer with a stream; the session may have ended.
 */
export function useLiveRequests(
  account_id: string,
  filter: RequestFilter,
  isOn: boolean,
  events: { readonly onOpen: () => void; readonly onRefused: () => void },
): Live {
  const url = isOn ? pathOf(liveRequests, { account_id }, { ...filter }) : undefined;
  const [live, setLive] = useState<{ url: string; shown: Live }>();
  const opened = useEffectEvent(events.onOpen);
  const refused = useEffectEvent(events.onRefused);
  useEffect(() => {
    if (url === undefined) return;
    const set = (change: (before: Live) => Live) =>
      setLive((before) => ({
        url,
        shown: change(before?.url === url ? before.shown : { rows: [], state: 'connecting' }),
      }));
    return follow(url, {
      state: (state) => set((before) => ({ ...before, state })),
      rows: (arrived) => set((before) => ({ ...before, rows: withArrived(before.rows, arrived) })),
      opened: () => opened(),
      refused: () => refused(),
    });
  }, [url]);
  if (url === undefined) return OFF;
  return live?.url === url ? live.shown : { rows: [], state: 'connecting' };
}

interface Told {
  readonly state: (state: LiveState) => void;
  readonly rows: (rows: readonly RequestRow[]) => void;
  readonly opened: () => void;
  readonly refused: () => void;
}

/** Follows the stream until the function that it returns is called. */
function follow(url: string, told: Told): () => void {
  let arrived: RequestRow[] = [];
  let source: EventSource | undefined;
  let again: number | undefined;
  const connect = () => {
    source = new EventSource(url);
    source.onopen = () => {
      told.state('live');
      told.opened();
    };
    source.onmessage = ({ data }) => {
      const row = liveRequestsEvent.safeParse(JSON.parse(String(data)));
      if (row.success) arrived.push(row.data);
    };
    source.onerror = () => {
      told.state('lost');
      // A stream that broke off is asked for again by the browser; one that was refused is not.
      if (source?.readyState !== EventSource.CLOSED) return;
      told.refused();
      again = window.setTimeout(connect, AGAIN_AFTER_MS);
    };
  };
  connect();
  const drawing = window.setInterval(() => {
    if (arrived.length === 0) return;
    told.rows(arrived);
    arrived = [];
  }, DRAWN_EVERY_MS);
  return () => {
    source?.close();
    window.clearTimeout(again);
    window.clearInterval(drawing);
  };
}
