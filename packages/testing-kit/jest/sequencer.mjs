import Sequencer from '@jest/test-sequencer';

/** What takes long whatever its size, in seconds of a quiet machine. */
const SECONDS = [
  ['/tests/e2e/system', 200],
  ['/tests/e2e/clients', 150],
  ['/tests/e2e/crash', 140],
  ['/tests/e2e/launcher', 110],
  ['/tests/e2e/', 35],
  ['/service-kit/src/process/start-service', 33],
  ['/local-stack/src/postgres/server', 30],
  ['/gateway/src/body/read-body', 30],
  ['/testing-kit/src/run', 26],
  ['/sandbox/src/providers/wrong-values', 25],
  ['/service-kit/src/messaging/nats-connection', 25],
];

const secondsOf = ({ path }) => SECONDS.find(([part]) => path.includes(part))?.[1] ?? 0;

/**
 * The longest first, so that both workers end together. Of the others Jest knows how long each took where the
 * tests ran before, and guesses by their size elsewhere.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => secondsOf(other) - secondsOf(one));
  }
}
