import type { ServiceHour } from '@modelbridge/contracts/usage_ledger.v1';

/** How a model has answered in a region in an hour. */
export interface FeedHour {
  hour: string;
  availability: number;
  error_rate: number;
  median_first_token_ms: number | null;
  p95_first_token_ms: number | null;
}

export interface FeedGroup {
  model: string;
  region: string;
  /** Of the hours that are told: the mean, and how many they are. */
  availability: number;
  hours_told: number;
  hours: FeedHour[];
}

export interface StatusFeed {
  schema: 1;
  counted_until: string | null;
  window_hours: number;
  groups: FeedGroup[];
}

function hourOf({ hour, availabilityPermille, ...times }: ServiceHour): FeedHour {
  return {
    hour: hour?.toISOString() ?? '',
    availability: availabilityPermille / 1_000,
    error_rate: (1_000 - availabilityPermille) / 1_000,
    median_first_token_ms: times.medianFirstTokenMs ?? null,
    p95_first_token_ms: times.p95FirstTokenMs ?? null,
  };
}

/** The feed, by model and region. Sums are of what is told already, so they tell nothing more. */
export function statusFeed(
  hours: readonly ServiceHour[],
  countedUntil: Date | undefined,
  windowHours: number,
): StatusFeed {
  const groups = new Map<string, ServiceHour[]>();
  for (const hour of hours) {
    const key = JSON.stringify([hour.model, hour.region]);
    groups.set(key, [...(groups.get(key) ?? []), hour]);
  }
  return {
    schema: 1,
    counted_until: countedUntil?.toISOString() ?? null,
    window_hours: windowHours,
    groups: [...groups.values()].map((told) => {
      const sum = told.reduce((total, { availabilityPermille }) => total + availabilityPermille, 0);
      return {
        model: told[0]?.model ?? '',
        region: told[0]?.region ?? '',
        availability: Math.floor(sum / told.length) / 1_000,
        hours_told: told.length,
        hours: told.map(hourOf),
      };
    }),
  };
}
