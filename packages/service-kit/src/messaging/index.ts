export { encodeEvent } from './envelope.js';
export { Messaging } from './messaging.js';
