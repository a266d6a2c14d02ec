export { noAccount, nobody, type ErasedPerson, type Pseudonym } from './erased-person.js';
export { ErasureModule, erasureMigrationsDir } from './erasure.module.js';
export { Erasures } from './erasures.service.js';
