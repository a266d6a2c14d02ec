import Sequencer from '@jest/test-sequencer';

const isOfWholeSystem = ({ path }) => path.includes('/tests/e2e/');

/**
 * The longest first, so that both workers end together. How long each took is known only where the tests ran
 * before; those of the whole system always take longest.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isOfWholeSystem), ...sorted.filter((test) => !isOfWholeSystem(test))];
  }
}
