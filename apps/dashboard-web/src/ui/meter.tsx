import { classes } from './classes.js';

interface MeterProps {
  /** What is measured: "Spent this month". */
  readonly label: string;
  /** In the same unit, of any size; money as nano-USD. */
  readonly used: bigint;
  readonly of: bigint;
  /** What is read out: "$3.20 of $10.00". */
  readonly text: string;
}

/** How much of a limit is used: neutral, amber from 80 %, red when there is none left. */
export function Meter({ label, used, of, text }: MeterProps) {
  const percent = of <= 0n ? 100 : Number((used * 1000n) / of) / 10;
  const shown = Math.min(100, Math.max(0, percent));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown}
      aria-valuetext={text}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <div
        className={classes(
          'h-full rounded-full',
          percent >= 100 ? 'bg-danger' : percent >= 80 ? 'bg-(--series-3)' : 'bg-accent',
        )}
        style={{ width: `${shown}%` }}
      />
    </div>
  );
}
