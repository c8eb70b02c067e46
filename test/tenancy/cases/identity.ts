import { expect } from '@jest/globals';
import type { OperationCase } from './operation-case.js';

export const identityCases: Readonly<Record<string, OperationCase>> = {
  'Mutation.eraseAccount': { access: 'person', document: 'mutation { eraseAccount(confirm: "owner@victim.example") }', stranger: { code: 'IDENTITY.ACCOUNT_NOT_CONFIRMED' } },
  'Query.viewer': {
    access: 'public',
    document: '{ viewer { organization { handle members { email } } } }',
    stranger: { data: { viewer: { organization: { handle: 'stranger', members: [{ email: 'owner@stranger.example' }] } } } },
    nobody: { data: { viewer: null } },
  },
  'Query.organization': {
    access: 'organization:read',
    document: '{ organization(handle: "victim") { id name members { email } invitations { email } } }',
    stranger: { data: { organization: null } },
  },
  'Query.apiKeys': {
    access: 'keys:manage',
    document: '{ apiKeys { id } }',
    stranger: {
      check: ({ data }, { victim }) => {
        const ids = (data as { apiKeys: { id: string }[] }).apiKeys.map(({ id }) => id);
        expect(ids.length).toBeGreaterThan(0);
        expect(ids).not.toContain(victim.keyId);
      },
    },
  },
  'Query.invitation': {
    access: 'public',
    // Ids are told to those who manage the organization; only the link's token shows the invitation.
    document: 'query ($token: String!) { invitation(token: $token) { email organizationName } }',
    variables: ({ invitationId }) => ({ token: invitationId }),
    stranger: { data: { invitation: null } },
  },
  'Mutation.createOrganization': {
    access: 'person-or-operator',
    document: 'mutation { createOrganization(input: { handle: "victim", name: "x", ownerEmail: "owner@stranger.example" }) { organization { id } secret } }',
    stranger: { code: 'IDENTITY.HANDLE_TAKEN' },
  },
  'Mutation.renameOrganization': {
    access: 'organization:manage',
    document: 'mutation { renameOrganization(name: "victim") { handle name } }',
    stranger: { data: { renameOrganization: { handle: 'stranger', name: 'victim' } } },
  },
  'Mutation.leaveOrganization': {
    access: 'person',
    document: 'mutation { leaveOrganization }',
    stranger: { code: 'IDENTITY.LAST_OWNER' },
  },
  'Mutation.changeMemberRole': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { changeMemberRole(input: { memberId: $id, role: VIEWER }) { email } }',
    variables: ({ memberId }) => ({ id: memberId }),
    stranger: { code: 'IDENTITY.MEMBER_NOT_FOUND' },
  },
  'Mutation.removeMember': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { removeMember(memberId: $id) }',
    variables: ({ memberId }) => ({ id: memberId }),
    stranger: { code: 'IDENTITY.MEMBER_NOT_FOUND' },
  },
  'Mutation.inviteMember': {
    access: 'organization:manage',
    document: 'mutation { inviteMember(input: { email: "guest@victim.example", role: VIEWER }) { invitation { email state } } }',
    stranger: { data: { inviteMember: { invitation: { email: 'guest@victim.example', state: 'OPEN' } } } },
  },
  'Mutation.revokeInvitation': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { revokeInvitation(id: $id) { email } }',
    variables: ({ invitationId }) => ({ id: invitationId }),
    stranger: { code: 'IDENTITY.INVITATION_NOT_FOUND' },
  },
  'Mutation.acceptInvitation': {
    access: 'person',
    // The link has leaked; it is for somebody else.
    document: 'mutation ($token: String!) { acceptInvitation(token: $token) { role } }',
    variables: ({ invitationToken }) => ({ token: invitationToken }),
    stranger: { code: 'IDENTITY.INVITATION_FOR_ANOTHER' },
  },
  'Mutation.revokeSession': {
    access: 'person',
    document: 'mutation ($id: ID!) { revokeSession(id: $id) { userAgent } }',
    variables: ({ sessionId }) => ({ id: sessionId }),
    stranger: { code: 'IDENTITY.SESSION_NOT_FOUND' },
  },
  'Mutation.createApiKey': {
    access: 'keys:manage',
    document: 'mutation { createApiKey(input: { name: "own", scopes: ["predict"] }) { apiKey { name } } }',
    stranger: { data: { createApiKey: { apiKey: { name: 'own' } } } },
  },
  'Mutation.revokeApiKey': {
    access: 'keys:manage',
    document: 'mutation ($id: ID!) { revokeApiKey(id: $id) { id name } }',
    variables: ({ keyId }) => ({ id: keyId }),
    stranger: { code: 'IDENTITY.KEY_NOT_FOUND' },
  },
  'Mutation.rotateApiKey': {
    access: 'keys:manage',
    document: 'mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { secret } }',
    variables: ({ keyId }) => ({ id: keyId }),
    stranger: { code: 'IDENTITY.KEY_NOT_FOUND' },
  },
  'Mutation.setOrganizationLimit': {
    access: 'operator',
    document: 'mutation { setOrganizationLimit(handle: "victim", requestsPerMinute: 1) { handle } }',
  },
};
