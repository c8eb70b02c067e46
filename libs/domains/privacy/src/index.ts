export { privacyErrors } from './errors.js';
export { KeepCalls, type CallToKeep } from './kept/keep-calls.js';
export { ReadKeptCall } from './kept/read-kept-call.js';
export { maskInput, type MaskedInput } from './masking/mask-input.js';
export { KnownPolicies } from './policies/known-policies.js';
export { PersonalDataKind, shownKind } from './policies/graphql/policy.graphql-types.js';
export { addUp, NO_POLICY, type CallPolicy } from './policies/policy.js';
