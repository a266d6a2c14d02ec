export { createService, type RunningService, type ServiceOptions } from './create-service.js';
export { Shutdown } from './shutdown.js';
export { startService } from './start-service.js';
export { KickedLoop } from './kicked-loop.js';
