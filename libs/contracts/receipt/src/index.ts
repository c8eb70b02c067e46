export * from './check-receipt.js';
export { compact, readCompact, RECEIPT_TYPE, signingInput, type CompactReceipt } from './compact-receipt.js';
export { chargeProblem } from './charge-problem.js';
export { fromBase64Url, toBase64Url } from './base64url.js';
export { receiptSchema } from './receipt-schema.js';
export type { ContentHash, Receipt, ReceiptCharge, ReceiptPrice } from './receipt.js';
export { wholeUnits } from './whole-units.js';
export { thumbprint, type ReceiptKey, type ReceiptKeySet } from './receipt-key.js';
