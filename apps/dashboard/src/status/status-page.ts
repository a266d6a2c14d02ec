import { EndpointState, type Model, type Snapshot } from '@modelbridge/contracts/routing.v1';
import { byMaker } from '../catalog/model-facts.js';
import { html, type Html } from '../site/html.js';
import { sitePage } from '../site/layout.js';
import type { FeedGroup, FeedHour, StatusFeed } from './status-feed.js';

const hourMs = 3_600_000;

/** @param feed undefined while it is not known, as is the snapshot: the page tells the other one then */
export function statusPage(
  feed: StatusFeed | undefined,
  snapshot: Snapshot | undefined,
  origin: string,
): string {
  const told = feed?.groups.length ?? 0;
  return sitePage({
    title: 'Status',
    description: 'How each model answers, by region and hour, and whether it can be reached now.',
    canonical: `${origin}/status`,
    section: 'status',
    body: html`<div class="wide">
      <h1>Status</h1>
      ${summaryOf(snapshot)}
      <p>
        Of each model by region: whether it can be reached now, and of the last
        ${feed?.window_hours ?? 48} hours how many requests were answered and how soon.
        ${feed === undefined ? 'The figures of the hours cannot be shown just now.' : countedUntil(feed)}
      </p>
      ${told > 0 && legend}
      ${snapshot === undefined ? feed?.groups.map((group) => groupRow(group, feed)) : byMaker(snapshot.models).map(({ title, models }) => makerOf(title, models, snapshot, feed))}
      <p class="fine">
        An hour is told of when at least 10 accounts made at least 100 requests to a model in a
        region, none of them more than half; a missing hour is no outage. Rates are in steps of 0.5
        %. <a href="/docs/statistics">How it is counted</a> ·
        <a href="/status.json">For programs</a>
      </p>
    </div>`,
  });
}

const legend = html`<ul class="legend">
  <li><span class="hour good"></span>99 % and more answered</li>
  <li><span class="hour fair"></span>95 % and more</li>
  <li><span class="hour bad"></span>less</li>
  <li><span class="hour none"></span>too few requests to tell</li>
</ul>`;

function summaryOf(snapshot: Snapshot | undefined): Html {
  if (snapshot === undefined) {
    return html`<p class="banner" role="status">
      Whether models can be reached cannot be shown just now.
    </p>`;
  }
  const unreachable = snapshot.models.filter(
    ({ id }) => !snapshot.endpoints.some((endpoint) => endpoint.modelId === id && isUp(endpoint)),
  );
  if (unreachable.length === 0) {
    return html`<p class="banner good" role="status">Every model can be reached.</p>`;
  }
  const names = unreachable.map(({ displayName }) => displayName).join(', ');
  return html`<p class="banner bad" role="status">Cannot be reached just now: ${names}.</p>`;
}

const isUp = ({ state }: { state: EndpointState }): boolean => state === EndpointState.HEALTHY;

function countedUntil({ counted_until }: StatusFeed): Html {
  if (counted_until === null) return html`No hour was counted yet.`;
  return html`Counted until <time datetime="${counted_until}">${hourText(counted_until)}</time>.`;
}

/** `2026-11-29 15:00 UTC` */
function hourText(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

function makerOf(
  title: string,
  models: readonly Model[],
  { endpoints }: Snapshot,
  feed: StatusFeed | undefined,
): Html {
  return html`<section>
    <h2>${title}</h2>
    ${models.map((model) => {
      const regions = endpoints.filter(({ modelId }) => modelId === model.id);
      return html`<div class="model">
        <h3>${model.displayName}</h3>
        <ul>
          ${regions.map(({ region, state }) => regionRow(region, isUp({ state }), groupOf(feed, model.id, region), feed))}
          ${groupsElsewhere(feed, model.id, regions).map((group) => regionRow(group.region, undefined, group, feed))}
        </ul>
      </div> `;
    })}
  </section> `;
}

function groupOf(
  feed: StatusFeed | undefined,
  model: string,
  region: string,
): FeedGroup | undefined {
  return feed?.groups.find((group) => group.model === model && group.region === region);
}

/** What is told of regions that the catalog does not name: a vendor's model is asked from where a gateway is. */
function groupsElsewhere(
  feed: StatusFeed | undefined,
  model: string,
  regions: readonly { region: string }[],
): FeedGroup[] {
  return (feed?.groups ?? []).filter(
    (group) => group.model === model && !regions.some(({ region }) => region === group.region),
  );
}

function groupRow(group: FeedGroup, feed: StatusFeed): Html {
  return html`<div class="model">
    <h3>${group.model}</h3>
    <ul>
      ${regionRow(group.region, undefined, group, feed)}
    </ul>
  </div>`;
}

function regionRow(
  region: string,
  isReachable: boolean | undefined,
  group: FeedGroup | undefined,
  feed: StatusFeed | undefined,
): Html {
  const reach =
    isReachable !== undefined &&
    html`<span class="badge ${isReachable ? 'good' : 'bad'}"
      >${isReachable ? 'reachable' : 'not reachable'}</span
    >`;
  return html`<li>
    <span class="region">${region}</span>${reach}${
      group !== undefined && feed !== undefined
        ? html`${strip(group, feed)}<span class="mean"
              >${percent(group.availability)} of ${group.hours_told} h</span
            >`
        : html`<span class="mean">no hours to tell of</span>`
    }
  </li> `;
}

/** A bar for each hour of the window, the newest on the right. */
function strip(group: FeedGroup, { window_hours, counted_until }: StatusFeed): Html {
  const told = new Map(group.hours.map((hour) => [Date.parse(hour.hour), hour]));
  const end = Date.parse(counted_until ?? group.hours[0]?.hour ?? '');
  const first = end - window_hours * hourMs;
  const bars = Array.from({ length: window_hours }, (_, at) => told.get(first + at * hourMs));
  return html`<span class="hours" role="img" aria-label="${described(group, window_hours)}"
    >${bars.map((hour) => bar(hour))}</span
  >`;
}

function bar(hour: FeedHour | undefined): Html {
  if (hour === undefined) return html`<span class="hour none"></span>`;
  const kind = hour.availability >= 0.99 ? 'good' : hour.availability >= 0.95 ? 'fair' : 'bad';
  return html`<span
    class="hour ${kind}"
    title="${hourText(hour.hour)}: ${percent(hour.availability)} answered${firstToken(hour)}"
  ></span>`;
}

function firstToken({ median_first_token_ms }: FeedHour): string {
  return median_first_token_ms === null ? '' : `, first token after ${median_first_token_ms} ms`;
}

function described(group: FeedGroup, windowHours: number): string {
  const worst = group.hours.reduce((least, hour) =>
    hour.availability < least.availability ? hour : least,
  );
  return `${group.hours_told} of the last ${windowHours} hours are told: ${percent(group.availability)} answered on average, ${percent(worst.availability)} in the worst hour, ${hourText(worst.hour)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
