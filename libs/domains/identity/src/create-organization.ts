import { Inject, Injectable } from '@nestjs/common';
import { newId, PERMISSIONS, type Caller } from '@steelyard/kernel';
import { DATABASE, type ApiKey, type Database, type Organization } from '@steelyard/platform-database';
import { authorizeOperator } from './authorize.js';
import { storeApiKey } from './create-api-key.js';
import { identityErrors } from './errors.js';
import { checkHandle } from './handle.js';
import { Peppers } from './keys/peppers.js';
import { cleanName } from './name.js';

export interface NewOrganization {
  readonly handle: string;
  readonly name: string;
  readonly ownerEmail: string;
}

export interface CreatedOrganization {
  readonly organization: Organization;
  readonly apiKey: ApiKey;
  /** The owner's first key, with every permission. It is stored nowhere and cannot be had again. */
  readonly secret: string;
}

/** One sign and no blanks; whether somebody reads it only a letter can tell. */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const EMAIL_LENGTH_MAX = 254;

/** Opens an organization with its owner and a first key. */
@Injectable()
export class CreateOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
  ) {}

  /** @throws AppError `IDENTITY.HANDLE_INVALID`, `HANDLE_RESERVED`, `HANDLE_TAKEN`, `NAME_INVALID`, `EMAIL_INVALID`, and what `authorizeOperator` throws. */
  async create(by: Caller | undefined, { handle, name, ownerEmail }: NewOrganization): Promise<CreatedOrganization> {
    authorizeOperator(by);
    checkHandle(handle);
    if (ownerEmail.length > EMAIL_LENGTH_MAX || !EMAIL.test(ownerEmail)) throw identityErrors.EMAIL_INVALID({ email: ownerEmail });
    const wanted = { id: newId(), handle, name: cleanName(name, 'an organization') };
    return this.database.withPlatform(async (tx) => {
      const { count } = await tx.organization.createMany({ data: [wanted], skipDuplicates: true });
      if (count === 0) throw identityErrors.HANDLE_TAKEN({ handle });
      await tx.member.create({ data: { tenantId: wanted.id, id: newId(), email: ownerEmail.toLowerCase(), role: 'owner' } });
      const key = await storeApiKey(tx, this.peppers, { tenantId: wanted.id, name: 'first key', scopes: PERMISSIONS });
      return { organization: await tx.organization.findUniqueOrThrow({ where: { id: wanted.id } }), ...key };
    });
  }
}
