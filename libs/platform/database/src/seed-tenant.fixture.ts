import { newId } from '@steelyard/kernel';
import type { Database } from './database.js';

/** The ids of what {@link seedTenant} wrote. */
export interface SeededTenant {
  readonly tenantId: string;
  readonly modelId: string;
  readonly readyVersionId: string;
  readonly testingVersionId: string;
  readonly keyId: string;
  readonly usageId: string;
}

/**
 * Writes, as the platform, an organization with at least one row in every table that has tenants. A new table goes in here:
 * the specs of row level security fail on a table that has no row.
 */
export async function seedTenant(database: Database, visibility: 'private' | 'public' = 'private'): Promise<SeededTenant> {
  const tenantId = newId();
  const [modelId, readyVersionId, testingVersionId, publicationId, usageId] = [newId(), newId(), newId(), newId(), newId()];
  const keyId = `key${tenantId.replaceAll('-', '')}`;
  const version = { tenantId, modelId, digest: 'd', manifest: {}, files: [], card: '', samples: [] };
  await database.withPlatform(async (tx) => {
    await tx.organization.create({ data: { id: tenantId, handle: `org-${tenantId}`, name: 'Organization' } });
    await tx.member.create({ data: { tenantId, id: newId(), email: 'ada@example.org', role: 'owner' } });
    await tx.invitation.create({
      data: { tenantId, id: newId(), email: 'bo@example.org', role: 'viewer', tokenHash: Buffer.from(tenantId), actorId: keyId, expiresAt: new Date('2100-01-01') },
    });
    await tx.apiKey.create({ data: { id: keyId, tenantId, name: 'key', secretHmac: Buffer.alloc(32), pepperId: 'p1', scopes: ['predict'] } });
    await tx.model.create({ data: { tenantId, id: modelId, name: 'digits', task: 'custom', visibility } });
    await tx.modelVersion.create({ data: { ...version, id: readyVersionId, version: '1.0.0', state: 'ready' } });
    await tx.modelVersion.create({ data: { ...version, id: testingVersionId, version: '1.1.0' } });
    for (const versionId of [readyVersionId, testingVersionId]) {
      await tx.price.create({ data: { tenantId, id: newId(), versionId, components: [{ unit: 'request', amountNano: '1', per: '1' }], currency: 'usd' } });
    }
    await tx.channel.create({ data: { tenantId, modelId, name: 'stable', versionId: readyVersionId } });
    await tx.channelEvent.create({
      data: { tenantId, id: newId(), modelId, channelName: 'stable', toVersionId: readyVersionId, action: 'release', actorId: keyId },
    });
    await tx.$executeRaw`
      INSERT INTO model_listing (tenant_id, model_id, version_id, name, task, public, description, license, price_amount_nano, price_unit, price_currency,
                                 headline, document)
      VALUES (${tenantId}::uuid, ${modelId}::uuid, ${readyVersionId}::uuid, 'digits', 'custom', ${visibility === 'public'}, '', 'MIT', 1, 'request', 'usd',
              to_tsvector('simple', 'digits'), to_tsvector('simple', 'digits'))`;
    await tx.modelShare.create({ data: { tenantId, modelId, withTenantId: tenantId, actorId: keyId } });
    await tx.modelTakedown.create({ data: { tenantId, id: newId(), modelId, reason: '', actorId: keyId, decision: 'restored' } });
    await tx.blobPossession.create({ data: { tenantId, sha256: 'ab', size: 1n } });
    await tx.publication.create({ data: { tenantId, id: publicationId, modelName: 'digits', version: '1.0.0', request: {}, actorId: keyId } });
    await tx.signingKey.create({ data: { tenantId, id: 'key', name: 'key', publicKey: new Uint8Array(32), actorId: keyId } });
    await tx.signingRule.create({ data: { tenantId, actorId: keyId } });
    await tx.publicationEvent.create({ data: { tenantId, publicationId, seq: 1, stage: 'uploaded', status: 'started', message: '' } });
    await tx.privacyPolicy.create({ data: { tenantId, scope: 'organization', subject: '', mask: ['email'], block: [], updatedBy: keyId } });
    await tx.keptCall.create({ data: { tenantId, predictionId: usageId, keyId, input: Buffer.alloc(1), inputBytes: 1, expiresAt: new Date('2100-01-01') } });
    await tx.erasure.create({ data: { tenantId, forfeit: false, actorId: keyId, dueAt: new Date('2100-01-01') } });
    await seedPayments(tx, { tenantId, keyId });
    await seedMoney(tx, { tenantId, usageId, keyId, modelId, readyVersionId });
    await seedBilling(tx, { tenantId, usageId, keyId });
    await seedWebhooks(tx, { tenantId, keyId });
  });
  return { tenantId, modelId, readyVersionId, testingVersionId, keyId, usageId };
}

type WriteTx = Parameters<Parameters<Database['withPlatform']>[0]>[0];

async function seedPayments(tx: WriteTx, { tenantId, keyId }: Pick<SeededTenant, 'tenantId' | 'keyId'>): Promise<void> {
  const money = { tenantId, currency: 'usd', amountNano: 1_000_000_000n };
  const paymentId = newId();
  await tx.paymentCustomer.create({ data: { tenantId, customerId: `cus_${tenantId}` } });
  await tx.payment.create({ data: { ...money, id: paymentId, idempotencyKey: 'once', method: 'checkout', actorId: keyId } });
  await tx.paymentRefund.create({ data: { ...money, id: newId(), paymentId, origin: 'operator', reason: '', actorId: keyId } });
  await tx.paymentDispute.create({ data: { ...money, id: `dp_${tenantId}`, paymentId, state: 'needs_response', reason: '' } });
  await tx.payoutAccount.create({ data: { tenantId, email: 'ada@example.org', country: 'us', actorId: keyId } });
  await tx.payout.create({ data: { ...money, id: newId(), period: 202611, actorId: keyId } });
  await tx.paymentOperation.create({ data: { id: newId(), tenantId, kind: 'top-up', key: `topup:${paymentId}`, subjectId: paymentId } });
}

type Money = Pick<SeededTenant, 'tenantId' | 'usageId' | 'keyId' | 'modelId' | 'readyVersionId'>;

async function seedMoney(tx: WriteTx, { tenantId, usageId, keyId, modelId, readyVersionId }: Money): Promise<void> {
  const account = (kind: string) => tx.ledgerAccount.create({ data: { tenantId, kind, currency: 'usd' } });
  const [wallet, payable] = [await account('consumer_wallet'), await account('provider_payable')];
  await tx.ledgerTransfer.create({
    data: {
      id: newId(), batchId: newId(), kind: 'usage', currency: 'usd', amountNano: 1n,
      debitAccountId: wallet.id, creditAccountId: payable.id, debitTenantId: tenantId, creditTenantId: tenantId,
    },
  });
  await tx.ledgerHold.create({
    data: { id: usageId, tenantId, accountId: wallet.id, clearingAccountId: payable.id, amountNano: 1n, expiresAt: new Date('2100-01-01') },
  });
  await tx.usageEvent.create({
    data: {
      id: usageId, batchId: newId(), consumerTenantId: tenantId, providerTenantId: tenantId, keyId, modelId, versionId: readyVersionId, priceId: newId(),
      status: 'succeeded', unit: 'request', quantity: 1n, amountNano: 1n, feeNano: 0n, currency: 'usd',
      queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAt: new Date(),
    },
  });
  await tx.usageHour.create({
    data: {
      consumerTenantId: tenantId, providerTenantId: tenantId, hour: new Date(), keyId, modelId, versionId: readyVersionId, priceId: newId(),
      tag: '', period: 202611, unit: 'request', currency: 'usd', calls: 1n, failed: 0n, free: 0n, quantity: 1n, amountNano: 1n, feeNano: 0n,
    },
  });
  const budgetId = newId();
  await tx.budget.create({
    data: { tenantId, id: budgetId, name: 'all', scope: 'organization', period: 'total', limitNano: 1n, currency: 'usd', hard: true, alertPercents: [], createdBy: keyId },
  });
  await tx.budgetAlert.create({
    data: { tenantId, id: newId(), budgetId, startsAt: new Date(0), percent: 100, limitNano: 1n, usedNano: 1n, reason: 'passed', raisedAt: new Date(), delivery: 'none' },
  });
  await tx.ledgerWindow.create({ data: { tenantId, kind: 'budget', subjectId: budgetId, startsAt: new Date(0) } });
  await tx.usageRecovery.create({ data: { id: newId(), eventId: usageId, consumerTenantId: tenantId, action: 'released', detail: '' } });
}

async function seedWebhooks(tx: WriteTx, { tenantId, keyId }: Pick<Money, 'tenantId' | 'keyId'>): Promise<void> {
  const [endpointId, eventId, deliveryId] = [newId(), newId(), newId()];
  await tx.webhookEndpoint.create({ data: { tenantId, id: endpointId, url: 'https://example.org', about: '', secretLabel: 'x', actorId: keyId } });
  await tx.webhookEvent.create({ data: { tenantId, id: eventId, type: 'webhook.test', data: {} } });
  await tx.webhookDelivery.create({ data: { tenantId, id: deliveryId, endpointId, eventId } });
  await tx.webhookAttempt.create({ data: { tenantId, deliveryId, id: newId(), at: new Date(), tookMs: 1, status: 200 } });
}

async function seedBilling(tx: Parameters<Parameters<Database['withPlatform']>[0]>[0], { tenantId, usageId, keyId }: Pick<Money, 'tenantId' | 'usageId' | 'keyId'>): Promise<void> {
  const month = { tenantId, period: 202611, currency: 'usd' };
  const documentId = newId();
  await tx.billingTax.create({ data: { tenantId, basisPoints: 0, label: '', taxId: '', updatedBy: keyId } });
  await tx.billingDue.create({ data: { ...month, kind: 'invoice' } });
  await tx.billingDocument.create({
    data: { ...month, id: documentId, kind: 'credit_note', number: `SY-${tenantId}`, place: 1, correctionId: newId(), amountNano: 1n, totalCents: 0n, hash: '', document: '{}', issuedAt: new Date() },
  });
  await tx.usageCorrection.create({
    data: {
      eventId: usageId, correctionId: newId(), documentId, consumerTenantId: tenantId, providerTenantId: tenantId, period: 202611, currency: 'usd',
      amountNano: 1n, feeNano: 0n, reason: '', actorId: keyId,
    },
  });
}
