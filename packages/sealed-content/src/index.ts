export { open, seal, sealedOverheadBytes, type Binding } from './seal.js';
export { decode, encode, rawBytesOf, type Content, type Timing } from './document.js';
export { dayOf } from './day.js';
