import { AcceptInvitation } from './accept-invitation.js';
import { FindInvitation } from './find-invitation.js';
import { InviteMember } from './invite-member.js';
import { RevokeInvitation } from './revoke-invitation.js';

/** The use cases of this folder, for the module. */
export const invitationProviders = [FindInvitation, InviteMember, RevokeInvitation, AcceptInvitation];
