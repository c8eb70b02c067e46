export { createNativeDoor, type NativeDoorOptions } from './native-door.js';
