import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('check-drift.mjs', import.meta.url));
const schema = fileURLToPath(new URL('../../prisma/schema', import.meta.url));

function checkDrift(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }));
  });
}

describe('the drift check', () => {
  it('finds that migrations and schema agree', async () => {
    expect(await checkDrift()).toEqual({ code: 0, output: expect.stringContaining('agree') });
  });

  it('finds a model that has no migration, and shows the SQL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'steelyard-schema-'));
    await cp(schema, folder, { recursive: true });
    await appendFile(join(folder, 'identity.prisma'), '\nmodel Parcel {\n  id String @id @db.Uuid\n\n  @@map("parcel")\n}\n');
    const { code, output } = await checkDrift(folder);
    await rm(folder, { recursive: true });
    expect(output).toContain('CREATE TABLE "parcel"');
    expect(code).toBe(1);
  });
});
