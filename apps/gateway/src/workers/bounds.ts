import { availableParallelism } from 'node:os';
import { bounds } from '../bounds.js';

/** Bounds of the threads for large bodies. Sizes in bytes, times in milliseconds. */
export const workerBounds = {
  /**
   * Up to here a body is worked on where it came, which takes at most about 5 ms; with more values in it
   * (members of objects, elements of arrays) a smaller one is not.
   */
  maxInPlaceBytes: 256 * 1024,
  maxInPlaceValues: 4_000,
  /** More than one, so that one account never has them all. */
  threads: Math.min(4, Math.max(2, availableParallelism())),
  /** The largest bodies take about half of it. */
  heapMib: 768,
  mostMs: 20_000,
  idleMs: 60_000,
  /** Of what waits and runs: bytes, weighed by what is done with them. About ten seconds of two threads. */
  maxCost: 48 * bounds.maxBodyBytes,
} as const;
