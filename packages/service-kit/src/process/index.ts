export {
  createService,
  httpBounds,
  type RunningService,
  type ServiceOptions,
} from './create-service.js';
export { Shutdown, shutdownBounds } from '../shutdown/shutdown.js';
export { startService } from './start-service.js';
export { KickedLoop } from '../loops/kicked-loop.js';
