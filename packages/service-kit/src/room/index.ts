export { freeBytes } from './free-bytes.js';
export { RoomWatch } from './room-watch.js';
