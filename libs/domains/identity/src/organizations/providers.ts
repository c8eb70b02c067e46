import { ChangeMemberRole } from './change-member-role.js';
import { LeaveOrganization } from './leave-organization.js';
import { RemoveMember } from './remove-member.js';
import { RenameOrganization } from './rename-organization.js';

/** The use cases of this folder, for the module. */
export const organizationProviders = [RenameOrganization, LeaveOrganization, RemoveMember, ChangeMemberRole];
