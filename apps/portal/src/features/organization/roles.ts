import type { MemberFieldsFragment, Role } from '../../generated/documents';

const ALL: readonly Role[] = ['OWNER', 'ADMIN', 'DEVELOPER', 'BILLING', 'VIEWER'];

/** What somebody may do about members, as the server decides it; here so that nothing is offered that it would refuse. */
export interface Managing {
  readonly manage: boolean;
  readonly role: Role | undefined;
}

/** Owners are made by owners alone. */
export function rolesToGive({ manage, role }: Managing): readonly Role[] {
  if (!manage) return [];
  return role === 'OWNER' ? ALL : ALL.filter((given) => given !== 'OWNER');
}

/** Whether the member's role may be changed and the member removed: not the last owner's, and an owner's by owners alone. */
export function mayManage(member: MemberFieldsFragment, members: readonly MemberFieldsFragment[], { manage, role }: Managing): boolean {
  if (!manage || (member.role === 'OWNER' && role !== 'OWNER')) return false;
  return !isLastOwner(member, members);
}

export function isLastOwner({ id, role }: MemberFieldsFragment, members: readonly MemberFieldsFragment[]): boolean {
  return role === 'OWNER' && !members.some((other) => other.role === 'OWNER' && other.id !== id);
}
