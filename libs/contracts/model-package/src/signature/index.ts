export { PAYLOAD_TYPE, readEnvelope, type SignatureEnvelope } from './envelope.js';
export { generateSigningKey, publicKeyPem, readPrivateKey, readPublicKey, signingKeyId, type NewSigningKey } from './signing-key.js';
export { signVersion } from './sign-version.js';
export { signatureProblem } from './signature-problem.js';
export { statementOf, type VersionStatement } from './statement.js';
