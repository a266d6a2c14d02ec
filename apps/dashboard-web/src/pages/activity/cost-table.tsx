import type { RequestDetail, TOKEN_CLASSES } from '@modelbridge/dashboard-api';
import { exactMoney, exactPicoMoney } from '../../format/money.js';
import { exactCount } from '../../format/numbers.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';

const CLASSES: Record<(typeof TOKEN_CLASSES)[number], string> = {
  input: 'Input',
  cache_read: 'Read from cache',
  cache_write_5m: 'Written to cache, 5 min',
  cache_write_1h: 'Written to cache, 1 h',
  output: 'Output',
};

const MILLION = 1_000_000n;

/** The sum that makes the cost: each class of tokens at its price, rounded up once. */
export function CostTable({ detail }: { detail: RequestDetail }) {
  const { price, cost_nano_usd, price_version, reasoning_tokens } = detail;
  if (price === null) {
    return (
      <p>
        {exactMoney(cost_nano_usd)}{' '}
        <span className="text-muted">
          by version {price_version} of the prices, which is not held any more.
        </span>
      </p>
    );
  }
  return (
    <div className="rounded-md border border-line text-sm">
      <Table label="The sum that makes the cost">
        <thead>
          <tr>
            <HeadCell>Tokens</HeadCell>
            <HeadCell isNumber>Count</HeadCell>
            <HeadCell isNumber>A million</HeadCell>
            <HeadCell isNumber>Cost</HeadCell>
          </tr>
        </thead>
        <tbody>
          {price.lines.map(({ token_class, tokens, pico_usd_per_token }) => {
            const pico = BigInt(pico_usd_per_token);
            return (
              <tr key={token_class}>
                <Cell>
                  {CLASSES[token_class]}
                  {token_class === 'output' && reasoning_tokens > 0 && (
                    <span className="block text-xs text-muted">
                      {exactCount(reasoning_tokens)} of them reasoning
                    </span>
                  )}
                </Cell>
                <Cell isNumber>{exactCount(tokens)}</Cell>
                <Cell isNumber>{exactPicoMoney(pico * MILLION)}</Cell>
                <Cell isNumber>{exactPicoMoney(pico * BigInt(tokens))}</Cell>
              </tr>
            );
          })}
          <tr className="*:border-b-0">
            <Cell colSpan={3} className="font-medium">
              Charged
            </Cell>
            <Cell isNumber className="font-medium">
              {exactMoney(cost_nano_usd)}
            </Cell>
          </tr>
        </tbody>
      </Table>
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        Version {price_version} of the prices. The sum is rounded up once, to a billionth of a
        dollar.
      </p>
    </div>
  );
}
