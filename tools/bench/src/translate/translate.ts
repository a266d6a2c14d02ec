import { scanBody, StreamTail, StreamTranslator } from '@modelbridge/llm-wire';
import { command } from '../command.js';
import { fixed, median, printTable, say, whole } from '../figures.js';
import { context, formats, requestsOf, streamsOf, translated } from './samples.js';

const requestSizes = [1_024, 32_768, 1_048_576];
const wanted = new Set(['model', 'stream', 'max_tokens', 'max_completion_tokens', 'messages']);

interface Work {
  name: string;
  /** In one run. */
  bytes: number;
  events: number;
  run(): unknown;
}

const sizeOf = (pieces: readonly Buffer[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);

function requestWork(bytes: number): Work[] {
  const requests = requestsOf(bytes);
  const checks = formats.map((from) => ({
    name: `${from} -> ${from} (checked)`,
    run: () => scanBody(requests[from], wanted),
    from,
  }));
  const translations = formats.flatMap((from) =>
    formats
      .filter((to) => to !== from)
      .map((to) => ({
        name: `${from} -> ${to}`,
        run: () => translated(from, to, requests[from]),
        from,
      })),
  );
  return [...checks, ...translations].map(({ name, run, from }) => ({
    name,
    run,
    bytes: requests[from].length,
    events: 0,
  }));
}

function streamWork(): Work[] {
  const streams = streamsOf();
  return formats.flatMap((from) =>
    formats.map((to) => ({
      name: from === to ? `${from} -> ${to} (handed on)` : `${from} -> ${to}`,
      bytes: sizeOf(streams[from]),
      events: streams[from].length,
      run: () => {
        const stream =
          from === to
            ? new StreamTail({ format: from })
            : new StreamTranslator({ from, to, context });
        for (const piece of streams[from]) stream.push(piece);
        stream.end();
        if (stream.progress.outcome !== 'completed') throw new Error(`${from} -> ${to} broke off`);
      },
    })),
  );
}

/** Microseconds of one run. */
function timeOf(work: Work, milliseconds: number): number {
  const started = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    work.run();
    runs++;
    elapsed = performance.now() - started;
  }
  return (elapsed * 1_000) / runs;
}

/** The median of the rounds, in which every work has its turn. */
function measure(works: readonly Work[], rounds: number, milliseconds: number): number[] {
  const times = works.map((): number[] => []);
  for (const work of works) timeOf(work, milliseconds);
  for (let round = 0; round < rounds; round++) {
    works.forEach((work, index) => times[index]!.push(timeOf(work, milliseconds)));
  }
  return times.map(median);
}

export const translate = command({
  summary: 'requests and streams translated in each direction: MB/s, events/s',
  options: {
    rounds: { default: 7, help: 'measurements of each direction' },
    milliseconds: { default: 100, help: 'length of each measurement' },
  },
  run({ rounds, milliseconds }) {
    const sizes = requestSizes.map((size) => {
      const works = requestWork(size);
      const micros = measure(works, rounds, milliseconds);
      say(`requests of ${whole(size)} bytes: done`);
      return { works, micros };
    });
    const requestRows = sizes[0]!.works.map(({ name }, row) => [
      name,
      ...sizes.flatMap(({ works, micros }) => [
        fixed(micros[row], 1),
        fixed(works[row]!.bytes / micros[row]!, 0),
      ]),
    ]);
    printTable(
      'Requests',
      ['', ...['1 KB', '32 KB', '1 MB'].flatMap((size) => [`${size} us`, 'MB/s'])],
      requestRows,
    );
    const streams = streamWork();
    const micros = measure(streams, rounds, milliseconds);
    printTable(
      'Streams, by what the upstream sends, an event at a time',
      ['', 'us/event', 'events/s', 'MB/s'],
      streams.map(({ name, bytes, events }, row) => [
        name,
        fixed(micros[row]! / events, 2),
        whole((events / micros[row]!) * 1e6),
        fixed(bytes / micros[row]!, 0),
      ]),
    );
    return Promise.resolve();
  },
});
