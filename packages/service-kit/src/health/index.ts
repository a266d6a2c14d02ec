export { HealthRegistry } from './health-registry.js';
