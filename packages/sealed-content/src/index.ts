export { open, seal, type Binding } from './seal.js';
export { decode, encode, encodeAside, type Content, type PiecewiseContent } from './document.js';
export { dayOf } from './day.js';
