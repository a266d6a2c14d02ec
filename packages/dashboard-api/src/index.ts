export * from './error.js';
export * from './route.js';
export * from './session.js';
export * from './shapes.js';
