export { NANO_PER_CENT, taxOf, toCents } from './cents.js';
export { DocumentBuilder, RowProblem, sealDocument } from './document-builder.js';
export * from './document.js';
export { HashChain } from './hash-chain.js';
export { type CallRow, type PriceRow, callLine, priceLine } from './rows.js';
export { verifyDocument, type Checked, type Difference, type Verification, type VerifyOptions } from './verify-document.js';
