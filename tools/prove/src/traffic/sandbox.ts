import type { System } from '../system/open-system.js';

interface Received {
  sequence: number;
  path: string;
  model: string;
  callerGone: boolean;
  finished: boolean;
  status: number | null;
}

/** The stand-in for model providers, where faults can be arranged. The rules that were there are put back. */
export class Sandbox {
  private constructor(
    private readonly url: string,
    private readonly before: object[],
    private readonly since: number,
  ) {}

  static async of({ sandbox }: System): Promise<Sandbox> {
    const { faults } = (await json(`${sandbox}/control/faults`)) as { faults: object[] };
    const { lastSequence } = (await json(`${sandbox}/control/requests?limit=1`)) as {
      lastSequence: number;
    };
    return new Sandbox(sandbox, faults, lastSequence);
  }

  setFaults(...rules: object[]): Promise<unknown> {
    return json(`${this.url}/control/faults`, rules);
  }

  restoreFaults(): Promise<unknown> {
    return json(`${this.url}/control/faults`, this.before);
  }

  /** What it was asked since this began, of one model or of all. */
  async received(model?: string): Promise<Received[]> {
    const url = `${this.url}/control/requests?since=${this.since}&limit=1000`;
    const { requests } = (await json(url)) as { requests: Received[] };
    const isMeant = (asked: Received): boolean =>
      !/\/(models|health)$/.test(asked.path) &&
      (model === undefined || shortOf(asked.model) === shortOf(model));
    return requests.filter(isMeant);
  }
}

/** `MiniMaxAI/MiniMax-M2.7` is minimax-m2.7. */
function shortOf(model: string): string {
  return (model.split('/').at(-1) ?? '').toLowerCase();
}

async function json(url: string, rules?: unknown): Promise<unknown> {
  const put = {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  };
  const response = await fetch(url, rules === undefined ? {} : put);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
