import { chatBody } from '../load/request-body.js';

export const CHUNKS_PER_STREAM = 40;
export const CONNECTIONS = 64;

interface Scenario {
  name: string;
  body: string;
}

/** As fast as answers come, over 64 connections. */
export const saturated = {
  small: { name: '1 KB', body: chatBody({ bytes: 1024 }) },
  large: { name: '32 KB', body: chatBody({ bytes: 32 * 1024 }) },
  stream: { name: '40 chunks', body: chatBody({ bytes: 1024, stream: true }) },
} satisfies Record<string, Scenario>;

/** At a constant rate, far enough below saturation. Portkey does not bear the higher ones. */
export const paced = [
  { name: '1 KB, 200/s', body: saturated.small.body, rate: 200, bearableByAll: true },
  { name: '1 KB, 1,000/s', body: saturated.small.body, rate: 1000, bearableByAll: false },
  { name: '40 chunks, 100/s', body: saturated.stream.body, rate: 100, bearableByAll: true },
];

export const slowStream = chatBody({ bytes: 1024, stream: true, slow: true });
