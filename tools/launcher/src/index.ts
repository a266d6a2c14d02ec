export { startStack, type Stack } from './child/child-stack.js';
export { claimPorts, type PortClaim } from './child/port-claim.js';
