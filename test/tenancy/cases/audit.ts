import { expect } from '@jest/globals';
import { none, type OperationCase } from './operation-case.js';

export const auditCases: Readonly<Record<string, OperationCase>> = {
  // audit
  'Query.auditEntries': {
    access: 'audit:read',
    document: 'query ($id: ID!) { own: auditEntries(first: 3) { nodes { object } } auditEntries(object: "api_key", objectId: $id) { nodes { seq } } }',
    variables: ({ keyId }) => ({ id: keyId }),
    stranger: {
      check: ({ data }) => {
        const { own, auditEntries } = data as { own: { nodes: object[] }; auditEntries: object };
        expect([own.nodes.length, auditEntries]).toEqual([3, none]);
      },
    },
  },
  'Query.installationChecks': { access: 'operator', document: '{ installationChecks { id } }' },
};
