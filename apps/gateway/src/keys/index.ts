/** What is measured of keys outside the gateway. */
export { requireApi, requireModel } from './key-access.js';
export { KeysService } from './keys.service.js';
