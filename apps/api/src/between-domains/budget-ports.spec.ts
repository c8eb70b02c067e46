import { beforeAll, expect, it } from '@jest/globals';
import { ModelNames } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles } from '@steelyard/domain-identity';
import type { BudgetSubjects } from '@steelyard/domain-ledger';
import { newId, personActorId } from '@steelyard/kernel';
import { seedTenant, type SeededTenant } from '../../../../libs/platform/database/src/seed-tenant.fixture.js';
import { describeDatabase } from '@steelyard/test-support';
import { budgetSubjects } from './budget-ports.js';

describeDatabase('what budgets may be of', (context) => {
  let subjects: BudgetSubjects;
  let own: SeededTenant;
  let secretive: SeededTenant;
  let open: SeededTenant;
  const refOf = ({ tenantId }: SeededTenant) => `org-${tenantId}/digits`;

  beforeAll(async () => {
    const database = context.database();
    const handles = new OrganizationHandles(database);
    subjects = budgetSubjects(new ActorNames(database), new ModelNames(database, handles), handles);
    [own, secretive, open] = [await seedTenant(database), await seedTenant(database), await seedTenant(database, 'public')];
  });

  it("is the organization's own keys, and not people or the keys of others", async () => {
    const known = await Promise.all([own.keyId, secretive.keyId, 'unknown', personActorId(newId())].map((id) => subjects.hasKey(own.tenantId, id)));
    expect(known).toEqual([true, false, false, false]);
  });

  it('is the models that the organization may use', async () => {
    const found = await Promise.all([refOf(own), refOf(open), refOf(secretive), 'nobody/nothing', 'no ref'].map((ref) => subjects.findModel(own.tenantId, ref)));
    expect(found).toEqual([{ id: own.modelId, ownerId: own.tenantId }, { id: open.modelId, ownerId: open.tenantId }, undefined, undefined, undefined]);
  });

  it('is named as the organization sees it now', async () => {
    const models = [own, open, secretive].map(({ modelId, tenantId }) => ({ id: modelId, ownerId: tenantId }));
    const names = await subjects.namesOf(own.tenantId, [own.keyId, secretive.keyId], models);
    expect([...names.keys]).toEqual([[own.keyId, 'key']]);
    expect(new Map(names.models)).toEqual(new Map([[own.modelId, refOf(own)], [open.modelId, refOf(open)]]));
  });
});
