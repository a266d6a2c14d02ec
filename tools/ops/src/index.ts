export { createAccount, type CreatedAccount } from './accounts.js';
export { commandLine } from './command-line.js';
export { asksForHelp } from './help.js';
export { connectServices, type Services } from './connection/services.js';
export { checkInvariants } from './verify/check.js';
export { findingLine, type Finding } from './verify/finding.js';
export {
  DEFAULT_STATE,
  readStackFile,
  stackFileOf,
  stateRoot,
  type StackDescription,
} from './stack/stack-file.js';
