import type { PersonalDataKind, PolicyFieldsFragment } from '../../generated/documents';
import type { Strings } from '../../strings';

export const KINDS = ['EMAIL', 'CARD', 'IBAN', 'PHONE', 'IP', 'SECRET'] as const satisfies readonly PersonalDataKind[];

const DAY_HOURS = 24;

/** For how long calls are kept by a policy. */
export function retentionText(hours: number | null | undefined, { unsaid, keptNone, hours: inHours, days }: Strings['privacy']): string {
  if (hours == null) return unsaid;
  if (hours === 0) return keptNone;
  return hours % DAY_HOURS === 0 ? days(hours / DAY_HOURS) : inHours(hours);
}

/** What names a policy to the server. */
export function subjectOf({ key, model }: Pick<PolicyFieldsFragment, 'key' | 'model'>): { keyId?: string; model?: string } {
  return { ...(key && { keyId: key.id }), ...(model?.ref != null && { model: model.ref }) };
}
