export * from './activity.js';
export * from './error.js';
export * from './keys.js';
export * from './overview.js';
export * from './profile.js';
export * from './route.js';
export * from './session.js';
export * from './shapes.js';
