import type { Contract } from '@steelyard/model-package';
import type { Tx } from '@steelyard/platform-database';

interface NamedModel {
  readonly tenantId: string;
  /** Without the owner. */
  readonly model: string;
}

/** The numbers of a model's ready versions; none of a model that does not exist. */
export async function readNumbers(tx: Tx, { tenantId, model }: NamedModel): Promise<string[]> {
  const found = await tx.modelVersion.findMany({ where: { tenantId, state: 'ready', model: { name: model } }, select: { version: true } });
  return found.map(({ version }) => version);
}

/** What callers of a ready version rely on. */
export async function readContract(tx: Tx, { tenantId, model, version }: NamedModel & { readonly version: string }): Promise<Contract | undefined> {
  const found = await tx.modelVersion.findFirst({ where: { tenantId, state: 'ready', version, model: { name: model } }, select: { manifest: true } });
  return (found?.manifest as unknown as Contract | undefined) ?? undefined;
}
