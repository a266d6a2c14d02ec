export { AccessModule } from './access.module.js';
export { AccountAccess, requireSelf } from './account-access.js';
export { actorOf, grantOf, requireActor } from './decision.js';
export { ModelNames } from './model-names.js';
export { TeamStandings } from './remote-sources.js';
