export { verifyReceipt, type VerifyOptions } from './verify-receipt.js';
export { wholeUnits } from '@steelyard/receipt';
export type { CheckedReceipt, ContentHash, Receipt, ReceiptCharge, ReceiptCheck, ReceiptCheckName, ReceiptKey, ReceiptKeySet, ReceiptPrice } from '@steelyard/receipt';
