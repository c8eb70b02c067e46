import { expect } from '@jest/globals';
import { SIGNING_KEY } from '../world.js';
import type { OperationCase } from './operation-case.js';

export const signingCases: Readonly<Record<string, OperationCase>> = {
  'Query.signing': {
    access: 'models:publish',
    document: '{ signing { keys { id name } requiredSince } }',
    stranger: {
      check: ({ data }) => {
        const { keys, requiredSince } = (data as { signing: { keys: { name: string }[]; requiredSince: unknown } }).signing;
        expect([keys.map(({ name }) => name), requiredSince]).toEqual([expect.not.arrayContaining(["victim's"]), null]);
      },
    },
  },
  'Mutation.revokeSigningKey': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { revokeSigningKey(id: $id) { name } }',
    variables: ({ signingKeyId }) => ({ id: signingKeyId }),
    stranger: { code: 'PUBLISHING.SIGNING_KEY_NOT_FOUND' },
  },
  'Mutation.registerSigningKey': {
    access: 'organization:manage',
    // The victim has this very key: each organization may have it, and none learns that another does.
    document: `mutation { registerSigningKey(input: { name: "mine", publicKey: ${JSON.stringify(SIGNING_KEY)} }) { name revokedAt } }`,
    stranger: { data: { registerSigningKey: { name: 'mine', revokedAt: null } } },
  },
  'Mutation.requireSignatures': {
    access: 'organization:manage',
    document: 'mutation { requireSignatures(required: false) { keys { name } requiredSince } }',
    stranger: { check: ({ data }) => expect((data as { requireSignatures: object }).requireSignatures).toMatchObject({ requiredSince: null }) },
  },
  'Mutation.rotateArtifactKeys': { access: 'operator', document: 'mutation { rotateArtifactKeys { sealed } }' },
};
