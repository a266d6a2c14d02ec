import { Cell, HeadCell, Table } from '../ui/table.js';
import { totalOf, type ChartData } from './chart.js';

/** The values of a chart, the newest period first. */
export function ChartTable({ data, isStacked }: { data: ChartData; isStacked: boolean }) {
  const { label, periods, series, format } = data;
  return (
    <div className="max-h-80 overflow-y-auto rounded-md border border-line">
      <Table label={label}>
        <thead className="sticky top-0 bg-surface">
          <tr>
            <HeadCell>Period</HeadCell>
            {isStacked && <HeadCell isNumber>Total</HeadCell>}
            {series.map(({ name }) => (
              <HeadCell key={name} isNumber>
                {name}
              </HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {periods.map((_, index) => {
            const period = periods.length - 1 - index;
            return (
              <tr key={period}>
                <Cell className="whitespace-nowrap">{periods[period]}</Cell>
                {isStacked && <Cell isNumber>{format(totalOf(series, period))}</Cell>}
                {series.map(({ name, values }) => {
                  const value = values[period] ?? null;
                  return (
                    <Cell key={name} isNumber>
                      {value === null ? '–' : format(value)}
                    </Cell>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </Table>
    </div>
  );
}
