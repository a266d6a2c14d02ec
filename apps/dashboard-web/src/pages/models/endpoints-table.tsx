import type { Model } from '@modelbridge/dashboard-api';
import { readableDuration } from '../../format/numbers.js';
import { Badge } from '../../ui/badge.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';

type Endpoint = Model['endpoints'][number];

/** Where the model runs, how each endpoint does in this moment and how soon it answers. */
export function EndpointsTable({ endpoints }: Pick<Model, 'endpoints'>) {
  return (
    <section>
      <h3 className="font-semibold">Regions</h3>
      <p className="mb-1 text-sm text-muted">
        First byte: a mean of the latest answers, by the region that they were asked from.
      </p>
      <div className="-mx-4">
        <Table label="Endpoints">
          <thead>
            <tr>
              <HeadCell>Region</HeadCell>
              <HeadCell>Health</HeadCell>
              <HeadCell>First byte</HeadCell>
            </tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => (
              <tr key={endpoint.endpoint_id}>
                <Cell>
                  {endpoint.region}
                  <code className="block font-mono text-xs text-muted">{endpoint.endpoint_id}</code>
                </Cell>
                <Cell>
                  <Health state={endpoint.state} />
                </Cell>
                <Cell>
                  <Latencies latencies={endpoint.latencies} />
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </section>
  );
}

function Health({ state }: Pick<Endpoint, 'state'>) {
  return state === 'healthy' ? (
    <Badge tone="good">Healthy</Badge>
  ) : (
    <Badge tone="danger">Failing, not used</Badge>
  );
}

function Latencies({ latencies }: Pick<Endpoint, 'latencies'>) {
  if (latencies.length === 0) return <span className="text-muted">Not measured yet</span>;
  return (
    <ul>
      {latencies.map(({ gateway_region, first_byte_ms }) => (
        <li key={gateway_region} className="tabular">
          {readableDuration(first_byte_ms)}{' '}
          <span className="text-muted">from {gateway_region}</span>
        </li>
      ))}
    </ul>
  );
}
