import type { RequestRow } from '@modelbridge/dashboard-api';
import { readableDuration } from '../../format/numbers.js';
import { durationMs } from './request-state.js';

/** How long it took to the first token, and from there to the end. */
export function Timing({ row }: { row: RequestRow }) {
  const whole = durationMs(row);
  const first = row.time_to_first_token_ms;
  const share = first === null || whole === 0 ? 0 : Math.min(100, (100 * first) / whole);
  const seconds = (whole - (first ?? 0)) / 1000;
  const rate = first === null || seconds <= 0 ? undefined : row.output_tokens / seconds;
  return (
    <section>
      <h3 className="mb-2 font-semibold">Timing</h3>
      <div aria-hidden className="flex h-2.5 overflow-hidden rounded-full bg-line">
        <div className="bg-(--series-5)" style={{ width: `${share}%` }} />
        <div className="flex-1 bg-(--series-1)" />
      </div>
      <p className="tabular mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
        {first !== null && <span>First token {readableDuration(first)}</span>}
        <span>Whole {readableDuration(whole)}</span>
        {rate !== undefined && row.output_tokens > 0 && (
          <span>{rate.toFixed(0)} tokens a second</span>
        )}
      </p>
    </section>
  );
}
