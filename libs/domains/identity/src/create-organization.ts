import { Inject, Injectable, Optional } from '@nestjs/common';
import { newId, PERMISSIONS, type Caller, type SignedInPerson } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type ApiKey, type Database, type Organization, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { FormerPeople } from './account/former-people.js';
import { authorizeOperator, requirePerson } from './authorize.js';
import { storeApiKey } from './create-api-key.js';
import { identityErrors } from './errors.js';
import { checkHandle, erasedHandle } from './handle.js';
import { Peppers } from './keys/peppers.js';
import { cleanName } from './name.js';
import { cleanEmail } from './organizations/email.js';
import { membershipErrors } from './organizations/errors.js';

export interface NewOrganization {
  readonly handle: string;
  readonly name: string;
}

export interface CreatedOrganization {
  readonly organization: Organization;
  readonly apiKey: ApiKey;
  /** The owner's first key, with every permission. It is stored nowhere and cannot be had again. */
  readonly secret: string;
}

/** An organization that a person has just opened, and who that was. */
export interface OpenedOrganization extends Pick<Organization, 'id' | 'handle'> {
  readonly personId: string;
  /** Whether the person had an account before, erased it, and was given then what nobody is given twice. */
  readonly wasGivenOnce: boolean;
}

/** What the installation does for an organization that a person has just opened. It must bear being called again. */
export type OrganizationOpened = (organization: OpenedOrganization) => Promise<void>;

/** Injects an {@link OrganizationOpened}; there need not be one. */
export const ORGANIZATION_OPENED = Symbol('steelyard:organization-opened');

/** Most organizations that one person owns at a time. What is given to who opens one must not count on it: owners leave, and open others. */
const OWNED_MAX = 20;

/** Opens organizations: a person their own, the operator those of others. */
@Injectable()
export class CreateOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(CONFIG) private readonly config: Pick<Config, 'signUp'>,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(FormerPeople) private readonly former: FormerPeople,
    @Optional() @Inject(ORGANIZATION_OPENED) private readonly opened?: OrganizationOpened,
  ) {}

  /**
   * A person's own organization, with them as its owner.
   * @throws AppError `IDENTITY.SIGN_IN_NEEDED`, `SIGN_UP_CLOSED`, `ORGANIZATIONS_FULL`, `HANDLE_INVALID`, `HANDLE_RESERVED`, `HANDLE_TAKEN`, `NAME_INVALID`
   */
  async open(by: SignedInPerson | undefined, wanted: NewOrganization): Promise<Organization> {
    const { id: personId, email } = requirePerson(by);
    if (this.config.signUp === 'operator') throw membershipErrors.SIGN_UP_CLOSED({});
    const { organization, wasGivenOnce } = await this.database.withPlatform(async (tx) => {
      // The person's row is locked, so that many requests at once open no more than one after another would.
      await tx.$queryRaw`SELECT FROM person WHERE id = ${personId}::uuid FOR NO KEY UPDATE`;
      if ((await tx.member.count({ where: { personId, role: 'owner' } })) >= OWNED_MAX) throw membershipErrors.ORGANIZATIONS_FULL({ max: OWNED_MAX });
      const made = await storeOrganization(tx, wanted);
      await tx.member.create({ data: { tenantId: made.id, id: newId(), email, role: 'owner', personId } });
      return { organization: made, wasGivenOnce: await this.former.isOne(tx, await tx.person.findUniqueOrThrow({ where: { id: personId } })) };
    });
    this.log.info({ organizationId: organization.id, personId }, 'an organization was opened');
    await this.#tell({ id: organization.id, handle: organization.handle, personId, wasGivenOnce });
    return organization;
  }

  /**
   * An organization for whoever has the address, with a first key.
   * @throws AppError `IDENTITY.HANDLE_INVALID`, `HANDLE_RESERVED`, `HANDLE_TAKEN`, `NAME_INVALID`, `EMAIL_INVALID`, and what `authorizeOperator` throws.
   */
  async create(by: Caller | undefined, wanted: NewOrganization & { readonly ownerEmail: string }): Promise<CreatedOrganization> {
    authorizeOperator(by);
    const email = cleanEmail(wanted.ownerEmail);
    return this.database.withPlatform(async (tx) => {
      const organization = await storeOrganization(tx, wanted);
      await tx.member.create({ data: { tenantId: organization.id, id: newId(), email, role: 'owner' } });
      return { organization, ...(await storeApiKey(tx, this.peppers, { tenantId: organization.id, name: 'first key', scopes: PERMISSIONS })) };
    });
  }

  /** The organization is there whatever becomes of this. */
  async #tell(opened: OpenedOrganization): Promise<void> {
    try {
      await this.opened?.(opened);
    } catch (err) {
      this.log.error({ err, organizationId: opened.id }, 'what follows the opening of an organization failed');
    }
  }
}

async function storeOrganization(tx: Tx, { handle, name }: NewOrganization): Promise<Organization> {
  checkHandle(handle);
  const wanted = { id: newId(), handle, name: cleanName(name, 'an organization') };
  if (await tx.organization.findUnique({ where: { handle: erasedHandle(handle) }, select: { id: true } })) throw identityErrors.HANDLE_TAKEN({ handle });
  const { count } = await tx.organization.createMany({ data: [wanted], skipDuplicates: true });
  if (count === 0) throw identityErrors.HANDLE_TAKEN({ handle });
  return tx.organization.findUniqueOrThrow({ where: { id: wanted.id } });
}
