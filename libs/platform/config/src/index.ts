export * from './config.js';
export * from './render.js';
export { settings, type Setting } from './settings.js';
