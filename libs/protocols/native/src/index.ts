export { createNativeDoor } from './native-door.js';
export { createReceiptDoor } from './receipt-door.js';
export { createReceiptKeysDoor } from './receipt-keys-door.js';
