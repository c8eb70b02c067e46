import { defineErrors } from '@steelyard/kernel';

/** Failures of organizations, their members and invitations; `../errors.ts` has those of keys and sign-in. */
export const membershipErrors = defineErrors('IDENTITY', {
  SIGN_UP_CLOSED: {
    kind: 'forbidden',
    message: (_: object) => 'On this installation the operator alone opens organizations',
    fix: 'Ask the operator for an organization, or a member of one for an invitation.',
  },
  ORGANIZATIONS_FULL: {
    kind: 'conflict',
    message: ({ max }: { max: number }) => `You own ${max} organizations, and nobody can own more`,
    fix: 'Use one that you have, or leave one.',
  },
  MEMBERSHIP_ENDED: {
    kind: 'forbidden',
    message: (_: object) => 'You are no member of this organization any more',
    fix: 'Ask one of its members for an invitation.',
  },
  OWNERS_ONLY: {
    kind: 'forbidden',
    message: (_: object) => 'Only an owner who is signed in makes, changes or removes owners',
    fix: 'Ask an owner of the organization to do it.',
  },
  LAST_OWNER: {
    kind: 'conflict',
    message: (_: object) => 'This is the last owner of the organization, which would be left with nobody to own it',
    fix: 'Make another member an owner first.',
  },
  ACCOUNT_NOT_CONFIRMED: {
    kind: 'invalid',
    message: ({ email }: { email: string }) => `This cannot be undone, so it must be confirmed by your address, ${email}, to the letter`,
  },
  OWNS_ORGANIZATIONS: {
    kind: 'conflict',
    message: ({ handles }: { handles: readonly string[] }) => `Without you, nobody would own ${handles.join(', ')}`,
    fix: 'Make somebody else an owner there, or have the organization erased first, on its page Privacy or by `steelyard privacy erase`.',
  },
  MEMBER_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `The organization has no member ${id}`,
  },
  ALREADY_MEMBER: {
    kind: 'conflict',
    message: ({ email }: { email: string }) => `${email} is a member already`,
    fix: 'To give them another role, change the role.',
  },
  INVITATIONS_FULL: {
    kind: 'conflict',
    message: ({ max }: { max: number }) => `The organization has ${max} open invitations, which is the most`,
    fix: 'Revoke some that are not needed any more.',
  },
  INVITATION_NOT_FOUND: {
    kind: 'not-found',
    message: (_: object) => 'There is no such invitation',
    fix: 'Check that the link is whole, or ask for another.',
  },
  INVITATION_USED: {
    kind: 'conflict',
    message: ({ acceptedAt }: { acceptedAt: string }) => `This invitation was accepted at ${acceptedAt}, and each is good for once`,
    fix: 'Ask for another invitation.',
  },
  INVITATION_REVOKED: {
    kind: 'conflict',
    message: (_: object) => 'This invitation has been revoked, or a newer one has taken its place',
    fix: 'Use the newest link that you were sent, or ask for another.',
  },
  INVITATION_EXPIRED: {
    kind: 'conflict',
    message: ({ expiredAt }: { expiredAt: string }) => `This invitation expired at ${expiredAt}`,
    fix: 'Ask for another invitation.',
  },
  INVITATION_FOR_ANOTHER: {
    kind: 'forbidden',
    message: ({ email, signedInAs }: { email: string; signedInAs: string }) => `This invitation is for ${email}, and you are signed in as ${signedInAs}`,
    fix: ({ email }: { email: string; signedInAs: string }) => `Sign in as ${email}, or ask for an invitation to the address that you use here.`,
  },
  EMAIL_UNVERIFIED: {
    kind: 'forbidden',
    message: ({ email }: { email: string }) => `Whom you sign in with does not vouch that ${email} is yours`,
    fix: 'Confirm the address there, sign in again, and open the link once more.',
  },
});
