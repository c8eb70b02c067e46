import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { publicKeyPem, readPublicKey, signingKeyId } from '@steelyard/model-package/signature';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { publishingErrors } from '../errors.js';
import type { SigningKey } from './signing-key.js';

const NAME_LENGTH_MAX = 100;
const PEM_LENGTH_MAX = 4_096;
/** Of one organization, those that are revoked too: they are kept for good. */
const KEYS_MAX = 200;

export interface NewKey {
  readonly name: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
}

/** An organization's signing keys, and whether it takes unsigned versions. The private parts stay with whoever publishes. */
@Injectable()
export class SigningKeys {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** The same key by the same name once more is the one that is there. @throws AppError `PUBLISHING.SIGNING_KEY_INVALID` | `PUBLISHING.SIGNING_KEY_TAKEN` | `PUBLISHING.SIGNING_KEYS_TOO_MANY` */
  async register({ organizationId: tenantId, actorId }: Caller, wish: NewKey): Promise<SigningKey> {
    const name = wish.name.trim();
    if (name === '' || name.length > NAME_LENGTH_MAX || /\p{Cc}/u.test(name)) throw publishingErrors.SIGNING_KEY_INVALID({ problem: `its name must have 1 to ${NAME_LENGTH_MAX} characters, and no control characters` });
    const publicKey = wish.publicKey.length > PEM_LENGTH_MAX || wish.publicKey.includes('PRIVATE') ? undefined : readPublicKey(wish.publicKey);
    if (!publicKey) throw publishingErrors.SIGNING_KEY_INVALID({ problem: 'it is no Ed25519 public key in PEM' });
    return this.database.withTenant(tenantId, async (tx) => {
      const data = { tenantId, id: signingKeyId(publicKey), name, publicKey, actorId };
      const known = await tx.signingKey.findUnique({ where: { tenantId_id: { tenantId, id: data.id } } });
      if (known?.name === name && !known.revokedAt) return known;
      if ((await tx.signingKey.count({ where: { tenantId } })) >= KEYS_MAX) throw publishingErrors.SIGNING_KEYS_TOO_MANY({ limit: KEYS_MAX });
      const [made] = await tx.signingKey.createManyAndReturn({ data, skipDuplicates: true });
      if (!made) throw publishingErrors.SIGNING_KEY_TAKEN({ name, id: data.id });
      return made;
    });
  }

  /** The newest first, those that are revoked too. */
  async list(tenantId: string): Promise<SigningKey[]> {
    return this.database.withTenant(tenantId, (tx) => tx.signingKey.findMany({ where: { tenantId }, orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] }));
  }

  async find(tenantId: string, id: string): Promise<SigningKey | undefined> {
    return (await this.database.withTenant(tenantId, (tx) => tx.signingKey.findUnique({ where: { tenantId_id: { tenantId, id } } }))) ?? undefined;
  }

  /** Nothing that it signs is taken from now on. Versions that are published stay. @throws AppError `PUBLISHING.SIGNING_KEY_NOT_FOUND` */
  async revoke({ organizationId: tenantId }: Caller, id: string): Promise<SigningKey> {
    const found = await this.database.withTenant(tenantId, async (tx) => {
      await tx.signingKey.updateMany({ where: { tenantId, id, revokedAt: null }, data: { revokedAt: new Date() } });
      return tx.signingKey.findUnique({ where: { tenantId_id: { tenantId, id } } });
    });
    if (!found) throw publishingErrors.SIGNING_KEY_NOT_FOUND({ id });
    return found;
  }

  /** Since when every version must be signed; `undefined` where it need not be. */
  async requiredSince(tenantId: string): Promise<Date | undefined> {
    return (await this.database.withTenant(tenantId, (tx) => tx.signingRule.findUnique({ where: { tenantId } })))?.since;
  }

  /** Says whether versions that are published from now on must be signed. */
  async require({ organizationId: tenantId, actorId }: Caller, required: boolean): Promise<void> {
    await this.database.withTenant(tenantId, (tx) =>
      required ? tx.signingRule.createMany({ data: { tenantId, actorId }, skipDuplicates: true }) : tx.signingRule.deleteMany({ where: { tenantId } }),
    );
  }
}

/** The public part as others read it. */
export const pemOf = ({ publicKey }: SigningKey): string => publicKeyPem(publicKey);
