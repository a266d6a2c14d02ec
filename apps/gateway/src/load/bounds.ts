/** Bounds of what is begun in one turn of the event loop, and of what waits to be. Times in milliseconds. */
export const loadBounds = {
  /** A turn that has taken so long begins nothing more but a few of those who wait, and counts no more of a wait. */
  turnMs: 10,
  fewStarts: 16,
  /** After a turn of so much the next one is timed too, whoever comes. */
  busyTurnMs: 2,
  /** Whoever has waited longer is refused. */
  patienceMs: 30,
  /** Of a queue that has not been empty for `standingMs`: all that it adds is waiting. */
  standingMs: 100,
  standingPatienceMs: 10,
  /** Requests that wait, of all keys together. A third is one key's: a batch of some hundred at once is no flood. */
  maxWaiting: 1_200,
  /** Connections on which a request was refused that are read again in one turn. */
  refusedReadsPerTurn: 16,
  /** What a refused one is told, and as much again at random, so that not all come back at once. */
  retryAfterMs: 1_000,
};
