export { createNativeDoor } from './native-door.js';
