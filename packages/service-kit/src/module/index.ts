export { KitModule } from './kit.module.js';
