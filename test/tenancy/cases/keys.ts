import type { OperationCase } from './operation-case.js';

export const keysCases: Readonly<Record<string, OperationCase>> = {
  'Mutation.setOrganizationLimit': {
    access: 'operator',
    document: 'mutation { setOrganizationLimit(handle: "victim", requestsPerMinute: 1) { handle } }',
  },
};
