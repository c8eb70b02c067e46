export { Builds, SERVER_VERSION } from './builds.js';
export { IssueReceipt, type IssuedReceipt } from './issue-receipt.js';
export { ReceiptKeys, type KnownReceiptKey } from './receipt-keys.js';
