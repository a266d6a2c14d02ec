import { clearSandbox } from './gateway-api.js';
import { type Case, disturbed, type Feature, undisturbed } from './sdk-features.js';

const features = [...Object.keys(undisturbed), ...Object.keys(disturbed)];

/** What came of each feature in each row: `pass` or the reason. */
export class FeatureTable {
  private readonly rows = new Map<string, Map<string, string>>();

  /** Runs every feature and resolves with those that failed. */
  async run(row: string, tested: Case): Promise<[feature: string, reason: string][]> {
    const cells = new Map(features.map((feature) => [feature, 'not run']));
    this.rows.set(row, cells);
    await clearSandbox(tested.stack);
    await Promise.all(
      Object.entries(undisturbed).map(async ([name, feature]) => {
        cells.set(name, await outcomeOf(feature, tested));
      }),
    );
    for (const [name, feature] of Object.entries(disturbed)) {
      cells.set(name, await outcomeOf(feature, tested));
    }
    await clearSandbox(tested.stack);
    return [...cells].filter(([, outcome]) => outcome !== 'pass');
  }

  print(): void {
    const width = Math.max(...[...this.rows.keys()].map(({ length }) => length));
    const reasons: string[] = [];
    const lines = [...this.rows].map(([row, cells]) => {
      const marks = [...cells].map(([feature, outcome]) => {
        if (outcome !== 'pass') reasons.push(`${row}, ${feature}: ${outcome}`);
        return (outcome === 'pass' ? 'pass' : 'FAIL').padEnd(feature.length);
      });
      return [row.padEnd(width), ...marks].join(' | ');
    });
    console.log([[''.padEnd(width), ...features].join(' | '), ...lines, ...reasons].join('\n'));
  }
}

async function outcomeOf(feature: Feature, tested: Case): Promise<string> {
  try {
    await feature(tested);
    return 'pass';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // eslint-disable-next-line no-control-regex -- jest colours what it expected
    return text.replace(/\u001b\[\d+m/g, '').replace(/\s+/g, ' ');
  }
}
