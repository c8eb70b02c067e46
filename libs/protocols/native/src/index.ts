export { createEstimateDoor, type EstimateDoorOptions } from './estimate-door.js';
export { createNativeDoor } from './native-door.js';
