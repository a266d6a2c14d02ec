import type { Model, PriceTier } from '@modelbridge/dashboard-api';
import { exactMoney } from '../../format/money.js';
import { exactCount } from '../../format/numbers.js';
import { perMillion } from '../../catalog/price.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';

type PriceMember = Exclude<keyof PriceTier, 'above_input_tokens'>;

const CLASSES: readonly (readonly [PriceMember, string])[] = [
  ['input_pico_usd', 'Input'],
  ['cache_read_pico_usd', 'Input read from a cache'],
  ['cache_write_5m_pico_usd', 'Input written to a cache, 5 minutes'],
  ['cache_write_1h_pico_usd', 'Input written to a cache, 1 hour'],
  ['output_pico_usd', 'Output, reasoning included'],
];

/** A row for each class of tokens, a column for each tier. */
export function PricesTable({ price }: Pick<Model, 'price'>) {
  return (
    <section>
      <h3 className="font-semibold">Prices for a million tokens</h3>
      <p className="mb-1 text-sm text-muted">
        Of {price.version}
        {price.is_assumed && ', set by ModelBridge: the vendor publishes none'}
        {price.tiers.length > 1 && '. A tier holds for all tokens of a request with that input'}.
      </p>
      <div className="-mx-4">
        <Table label="Prices">
          <thead>
            <tr>
              <HeadCell>Tokens</HeadCell>
              {price.tiers.map(({ above_input_tokens: above }) => (
                <HeadCell key={above} isNumber>
                  {above === 0 ? 'Price' : `Above ${exactCount(above)}`}
                </HeadCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {CLASSES.map(([member, label]) => (
              <tr key={member}>
                <Cell>{label}</Cell>
                {price.tiers.map((tier) => (
                  <Cell key={tier.above_input_tokens} isNumber>
                    {exactMoney(perMillion(tier[member]))}
                  </Cell>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </section>
  );
}
