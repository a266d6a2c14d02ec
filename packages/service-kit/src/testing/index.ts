export { outsideMessaging, type OutsideMessaging } from './outside-messaging.js';
export { templateOf } from './template.js';
