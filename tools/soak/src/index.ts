export { compare } from './books/compare.js';
export type { Difference, Records } from './books/records.js';
export { Clocks } from './faults/clocks.js';
export { report } from './report.js';
export { soak, type SoakOutcome } from './soak.js';
export { stackEnvironment } from './stack-environment.js';
export { Random } from './random.js';
