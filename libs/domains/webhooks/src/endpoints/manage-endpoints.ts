import { Inject, Injectable } from '@nestjs/common';
import { isId, newId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type Prisma, type Tx } from '@steelyard/platform-database';
import { outgoingProblem, WEBHOOK_POLICY, type OutgoingPolicy } from '@steelyard/platform-http';
import { webhookErrors } from '../errors.js';
import { EVENT_TYPES } from '../event-types.js';
import { WebhookSigning } from '../webhook-signing.js';
import { DISABLED_BY_OWNER, type Endpoint, type EndpointWithSecret } from './endpoint.js';

export interface EndpointTerms {
  readonly url: string;
  readonly about: string;
  readonly types: readonly string[];
}

export interface EndpointChange extends Partial<EndpointTerms> {
  readonly id: string;
  readonly enabled?: boolean | undefined;
}

const COUNT_MAX = 20;
const ABOUT_LENGTH_MAX = 200;
/** For so long messages carry the signatures of both secrets. */
const OVERLAP_MS = 24 * 60 * 60 * 1_000;

const COLUMNS = { id: true, url: true, about: true, types: true, disabled: true, formerUntil: true, createdAt: true };

/** The addresses of an organization. */
@Injectable()
export class ManageEndpoints {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(WebhookSigning) private readonly signing: WebhookSigning,
    @Inject(WEBHOOK_POLICY) private readonly policy: OutgoingPolicy,
  ) {}

  /** Oldest first. */
  list({ organizationId: tenantId }: Caller): Promise<Endpoint[]> {
    return this.database.withTenant(tenantId, (tx) => tx.webhookEndpoint.findMany({ where: { tenantId }, select: COLUMNS, orderBy: { id: 'asc' } }));
  }

  /** @throws AppError `WEBHOOKS.ADDRESS_INVALID`, `WEBHOOKS.TYPES_INVALID`, `WEBHOOKS.ABOUT_INVALID`, `WEBHOOKS.TOO_MANY` */
  async add({ organizationId: tenantId, actorId }: Caller, terms: EndpointTerms): Promise<EndpointWithSecret> {
    this.#check(terms);
    const { secret, label } = this.signing.make();
    const endpoint = await this.database.withTenant(tenantId, async (tx) => {
      if ((await tx.webhookEndpoint.count({ where: { tenantId } })) >= COUNT_MAX) throw webhookErrors.TOO_MANY({ countMax: COUNT_MAX });
      return tx.webhookEndpoint.create({ data: { ...terms, types: [...new Set(terms.types)], tenantId, id: newId(), secretLabel: label, actorId }, select: COLUMNS });
    });
    return { endpoint, secret };
  }

  /** Changes what is given. @throws AppError as {@link add}, `WEBHOOKS.ENDPOINT_NOT_FOUND` */
  async change(caller: Caller, { id, enabled, ...terms }: EndpointChange): Promise<Endpoint> {
    this.#check(terms);
    const state = enabled === undefined ? {} : { disabled: enabled ? null : DISABLED_BY_OWNER };
    return this.#update(caller, id, () => ({ ...termsOf(terms), ...state }));
  }

  /** Makes another secret; messages are signed with the one before as well for a day. @throws AppError `WEBHOOKS.ENDPOINT_NOT_FOUND` */
  async rotateSecret(caller: Caller, id: string): Promise<EndpointWithSecret> {
    const { secret, label } = this.signing.make();
    const formerUntil = new Date(Date.now() + OVERLAP_MS);
    const endpoint = await this.#update(caller, id, ({ secretLabel }) => ({ secretLabel: label, formerLabel: secretLabel, formerUntil }));
    return { endpoint, secret };
  }

  /** With what it was told, and what it was to be told. @throws AppError `WEBHOOKS.ENDPOINT_NOT_FOUND` */
  async remove({ organizationId: tenantId }: Caller, id: string): Promise<Endpoint> {
    return this.database.withTenant(tenantId, async (tx) => {
      await findEndpoint(tx, tenantId, id);
      return tx.webhookEndpoint.delete({ where: { tenantId_id: { tenantId, id } }, select: COLUMNS });
    });
  }

  #update({ organizationId: tenantId }: Caller, id: string, change: (known: { secretLabel: string }) => Prisma.WebhookEndpointUpdateInput): Promise<Endpoint> {
    return this.database.withTenant(tenantId, async (tx) => {
      const known = await findEndpoint(tx, tenantId, id);
      return tx.webhookEndpoint.update({ where: { tenantId_id: { tenantId, id } }, data: change(known), select: COLUMNS });
    });
  }

  #check({ url, about = '', types = [] }: Partial<EndpointTerms>): void {
    const problem = url === undefined ? undefined : outgoingProblem(url, this.policy);
    if (problem !== undefined) throw webhookErrors.ADDRESS_INVALID({ problem });
    const unknown = types.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
    if (unknown !== undefined) throw webhookErrors.TYPES_INVALID({ unknown, known: EVENT_TYPES.join(', ') });
    if (about.length > ABOUT_LENGTH_MAX) throw webhookErrors.ABOUT_INVALID({ lengthMax: ABOUT_LENGTH_MAX });
  }
}

/** @throws AppError `WEBHOOKS.ENDPOINT_NOT_FOUND` */
export async function findEndpoint(tx: Tx, tenantId: string, id: string) {
  const known = isId(id) ? await tx.webhookEndpoint.findUnique({ where: { tenantId_id: { tenantId, id } } }) : null;
  if (!known) throw webhookErrors.ENDPOINT_NOT_FOUND({ id });
  return known;
}

function termsOf({ url, about, types }: Partial<EndpointTerms>) {
  return { ...(url !== undefined && { url }), ...(about !== undefined && { about }), ...(types !== undefined && { types: [...new Set(types)] }) };
}
