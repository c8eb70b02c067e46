export { registerNativeDoor, type NativeDoorOptions } from './native-door.js';
