export { KickedLoop } from './kicked-loop.js';
