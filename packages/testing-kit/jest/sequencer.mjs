import Sequencer from '@jest/test-sequencer';

/** What takes long whatever its size, in seconds of a quiet machine. */
const SECONDS = [
  ['/tests/e2e/crash', 190],
  ['/tests/e2e/system', 80],
  ['/tests/e2e/soak', 60],
  ['/tests/e2e/clients', 50],
  ['/tests/e2e/launcher', 40],
  ['/tests/e2e/', 25],
  ['/local-stack/src/postgres/server', 25],
  ['/gateway/tests/ingress', 22],
  ['/testing-kit/src/run', 21],
  ['/gateway/tests/hanging-services', 16],
  ['/service-kit/src/messaging/nats-connection', 15],
  ['/gateway/tests/request-line', 15],
  ['/gateway/tests/websocket-connections', 15],
  ['/service-kit/src/process/start-service', 12],
  ['/gateway/src/body/read-body', 12],
];

const secondsOf = ({ path }) => SECONDS.find(([part]) => path.includes(part))?.[1] ?? 0;

/**
 * The longest first, so that all workers end together. Of the others Jest knows how long each took where the
 * tests ran before, and guesses by their size elsewhere.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => secondsOf(other) - secondsOf(one));
  }
}
