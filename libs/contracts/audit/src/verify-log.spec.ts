import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AUDIT_FORMAT, auditHash, auditLine, type AuditEntry } from './entry.js';
import { verifyLog } from './verify-log.js';

const ENTRIES = 6;

function logOf(count: number): string[] {
  const lines: string[] = [];
  let previousHash: string | null = null;
  for (let seq = 1; seq <= count; seq += 1) {
    const facts: Omit<AuditEntry, 'hash'> = {
      format: AUDIT_FORMAT, organizationId: 'org', seq, at: '2026-11-30T12:00:00.000Z', actor: { id: 'person:ada', kind: 'person' }, action: 'changed',
      object: { kind: 'member', id: `m${seq}` }, changes: { role: ['viewer', seq % 2 === 0 ? 'admin' : 'owner'] }, reason: null, requestId: null, previousHash,
    };
    previousHash = auditHash(facts);
    lines.push(auditLine({ ...facts, hash: previousHash }));
  }
  return lines;
}

const log = logOf(ENTRIES);

describe('the verification of a log', () => {
  it('holds for one that is whole, and for none at all', async () => {
    const lastHash = (JSON.parse(log.at(-1)!) as AuditEntry).hash;
    expect(await verifyLog(log)).toEqual({ valid: true, entries: ENTRIES, organizationId: 'org', lastHash });
    expect(await verifyLog([])).toEqual({ valid: true, entries: 0, organizationId: null, lastHash: null });
  });

  it('finds every removal but that of the end, which a noted hash finds', async () => {
    const { hash } = JSON.parse(log[ENTRIES - 1]!) as AuditEntry;
    for (let at = 0; at < ENTRIES - 1; at += 1) expect(await verifyLog(log.toSpliced(at, 1))).toMatchObject({ valid: false, line: at + 1 });
    const cut = log.slice(0, -1);
    expect(await verifyLog(cut)).toMatchObject({ valid: true });
    expect(await verifyLog(cut, { notedHash: hash })).toMatchObject({ valid: false, line: 0 });
    expect(await verifyLog(log, { notedHash: hash })).toMatchObject({ valid: true });
  });

  it('finds entries that were moved or put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(ENTRIES - 1), fc.nat(ENTRIES - 1), async (from, to) => {
        fc.pre(from !== to);
        const moved = log.toSpliced(from, 1).toSpliced(to, 0, log[from]!);
        expect(await verifyLog(moved)).toMatchObject({ valid: false, line: Math.min(from, to) + 1 });
        expect((await verifyLog(log.toSpliced(to, 0, log[from]!))).valid).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('finds any one letter that is changed, and says where', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(ENTRIES - 1), fc.nat(), fc.constantFrom('0', 'x', 'Z'), async (at, place, letter) => {
        const text = log[at]!;
        const index = place % text.length;
        fc.pre(text[index] !== letter);
        expect(await verifyLog(log.with(at, text.slice(0, index) + letter + text.slice(index + 1)))).toMatchObject({ valid: false, line: at + 1 });
      }),
      { numRuns: 200 },
    );
  });

  it('finds a log that was written anew from some entry on, by its noted hash', async () => {
    const { hash } = JSON.parse(log[3]!) as AuditEntry;
    const anew = logOf(ENTRIES).map((line) => JSON.parse(line) as AuditEntry);
    let previousHash: string | null = null;
    const forged = anew.map(({ hash: _hash, ...facts }) => {
      const changed = { ...facts, reason: 'forged', previousHash };
      previousHash = auditHash(changed);
      return auditLine({ ...changed, hash: previousHash });
    });
    expect(await verifyLog(forged)).toMatchObject({ valid: true });
    expect(await verifyLog(forged, { notedHash: hash })).toMatchObject({ valid: false });
  });
});
