import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { seedTenant, type SeededTenant } from './seed-tenant.fixture.js';

describeDatabase('transactions', (ctx) => {
  let a: SeededTenant;
  let b: SeededTenant;

  beforeAll(async () => {
    [a, b] = [await seedTenant(ctx.database()), await seedTenant(ctx.database())];
  });

  it('keep look-ups of the same moment apart, which Prisma would merge outside of them', async () => {
    const lookUp = (tenantId: string): Promise<{ id: string } | null> =>
      ctx.database().withTenant(tenantId, (tx) => tx.apiKey.findUnique({ where: { id: a.keyId }, select: { id: true } }));
    const rounds = Array.from({ length: 40 }, (_, round) => (round % 2 === 0 ? a.tenantId : b.tenantId));
    const found = await Promise.all(rounds.map(lookUp));
    expect(found).toEqual(rounds.map((tenantId) => (tenantId === a.tenantId ? { id: a.keyId } : null)));
  });

  it('leave nothing behind when they fail, neither rows nor a tenant', async () => {
    const id = newId();
    const failing = ctx.database().withTenant(a.tenantId, async (tx) => {
      await tx.member.create({ data: { tenantId: a.tenantId, id, email: 'gone@example.org', role: 'viewer' } });
      throw new RangeError('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    const left = await ctx.database().withPlatform(async (tx) => ({
      member: await tx.member.findFirst({ where: { id } }),
      session: await tx.$queryRaw`SELECT current_user::text AS role, coalesce(current_setting('app.tenant_id', true), '') AS tenant`,
    }));
    expect(left).toEqual({ member: null, session: [{ role: 'steelyard_platform', tenant: '' }] });
  });

  it('run as the role that they say, never as the login', async () => {
    const role = 'SELECT current_user::text AS role';
    expect(await ctx.database().withTenant(a.tenantId, (tx) => tx.$queryRawUnsafe(role))).toEqual([{ role: 'steelyard_tenant' }]);
    expect(await ctx.database().withPlatform((tx) => tx.$queryRawUnsafe(role))).toEqual([{ role: 'steelyard_platform' }]);
    expect((await ctx.database().pool.query(role)).rows).toEqual([{ role: 'steelyard_platform' }]);
  });

  it('give the platform every tenant', async () => {
    const found = await ctx.database().withPlatform((tx) => tx.organization.count({ where: { id: { in: [a.tenantId, b.tenantId] } } }));
    expect(found).toBe(2);
  });

  it('refuse a tenant that is none', async () => {
    for (const tenantId of ['', 'acme', `${a.tenantId}' OR true --`]) {
      await expect(ctx.database().withTenant(tenantId, async () => 1)).rejects.toMatchObject({ code: 'DATABASE.TENANT_INVALID' });
    }
  });

  it('keep times as they are, whatever the time zone of the server', async () => {
    const createdAt = new Date('2026-07-01T12:34:56.789Z');
    const id = newId();
    await ctx.database().withPlatform((tx) => tx.organization.create({ data: { id, handle: `h-${id}`, name: 'Times', createdAt } }));
    expect(await ctx.database().withPlatform((tx) => tx.organization.findUnique({ where: { id }, select: { createdAt: true } }))).toEqual({ createdAt });
    const { rows } = await ctx.database().pool.query<{ at: Date }>('SELECT created_at AS at FROM organization WHERE id = $1', [id]);
    expect(rows).toEqual([{ at: createdAt }]);
  });

  it('are refused by a closed database', async () => {
    const { database } = await ctx.another();
    await Promise.all([database.close(), database.close()]);
    await expect(database.pool.query('SELECT 1')).rejects.toThrow();
  });
});
