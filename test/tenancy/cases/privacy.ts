import type { OperationCase } from './operation-case.js';

export const privacyCases: Readonly<Record<string, OperationCase>> = {
  'Query.privacyPolicies': {
    access: 'organization:read',
    document: '{ privacyPolicies { scope model { id ref } mask } }',
    stranger: { data: { privacyPolicies: [] } },
  },
  'Mutation.setPrivacyPolicy': {
    access: 'privacy:manage',
    document: `mutation ($key: ID!) {
      setPrivacyPolicy(input: { keyId: $key, mask: [EMAIL] }) { scope }
    }`,
    variables: ({ keyId }) => ({ key: keyId }),
    stranger: { code: 'PRIVACY.KEY_NOT_FOUND' },
  },
  'Mutation.clearPrivacyPolicy': {
    access: 'privacy:manage',
    document: 'mutation { clearPrivacyPolicy(input: { model: "victim/secret" }) { scope } }',
    stranger: { code: 'PRIVACY.MODEL_NOT_FOUND' },
  },
  'Query.erasure': { access: 'organization:read', document: '{ erasure { state } }', stranger: { data: { erasure: null } } },
  'Query.organizationErasures': { access: 'operator', document: '{ organizationErasures { handle state } }' },
  'Mutation.requestErasure': {
    access: 'organization:erase',
    document: 'mutation { requestErasure(input: { confirm: "victim", forfeit: true }) { state } }',
    stranger: { code: 'HOLDINGS.NOT_CONFIRMED' },
  },
  'Mutation.cancelErasure': { access: 'organization:erase', document: 'mutation { cancelErasure }', stranger: { code: 'HOLDINGS.NO_ERASURE' } },
  'Query.keptCall': {
    access: 'calls:read',
    document: 'query ($id: ID!) { keptCall(id: $id) { input { value } } }',
    variables: ({ predictionId }) => ({ id: predictionId }),
    stranger: { data: { keptCall: null } },
  },
};
