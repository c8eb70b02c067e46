export { AUDIT_FORMAT, auditHash, auditLine, type AuditAction, type AuditActorKind, type AuditEntry, type AuditFacts } from './entry.js';
export { verifyLog, type LogVerification, type VerifyLogOptions } from './verify-log.js';
