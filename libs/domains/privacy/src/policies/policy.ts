import type { PersonalKind } from '@steelyard/kernel';

export const POLICY_SCOPES = ['organization', 'key', 'model'] as const;
/** Whose calls a policy is for: all of the organization, those of one key, or those of one model. */
export type PolicyScope = (typeof POLICY_SCOPES)[number];

export const RETENTION_HOURS_MAX = 365 * 24;
/** Most policies of keys that an organization has at a time, and of models. The migration `bounds_of_keys_and_policies` has it, too. */
export const POLICIES_MAX = 1_000;

/** What an organization wants for calls. */
export interface PrivacyPolicy {
  readonly scope: PolicyScope;
  /** The key's or model's id; empty for the organization. */
  readonly subject: string;
  /** Kinds that are masked before the model sees them, and kinds that have the call refused. */
  readonly mask: readonly PersonalKind[];
  readonly block: readonly PersonalKind[];
  /** 0 keeps nothing, not even in memory for a retry; `null` says nothing about it. */
  readonly retentionHours: number | null;
  readonly updatedBy: string;
  readonly updatedAt: Date;
}

/** What holds for one call, of all the policies that it falls under. */
export interface CallPolicy {
  readonly mask: ReadonlySet<PersonalKind>;
  readonly block: ReadonlySet<PersonalKind>;
  readonly retentionHours: number | null;
}

export const NO_POLICY: CallPolicy = { mask: new Set(), block: new Set(), retentionHours: null };

/** Kinds add up; what is kept is kept for the shortest time that one of them says. So no policy takes away what another one promises. */
export function addUp(policies: readonly Pick<PrivacyPolicy, 'mask' | 'block' | 'retentionHours'>[]): CallPolicy {
  if (policies.length === 0) return NO_POLICY;
  const hours = policies.flatMap(({ retentionHours }) => retentionHours ?? []);
  return {
    mask: new Set(policies.flatMap(({ mask }) => mask)),
    block: new Set(policies.flatMap(({ block }) => block)),
    retentionHours: hours.length === 0 ? null : Math.min(...hours),
  };
}
