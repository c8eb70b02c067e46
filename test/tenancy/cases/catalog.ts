import type { OperationCase } from './operation-case.js';

export const catalogCases: Readonly<Record<string, OperationCase>> = {
  'Query.model': {
    access: 'public',
    document: `{ model(ref: "victim/secret") { ...all } given: model(ref: "victim/given") { ...all } taken: model(ref: "victim/taken") { ...all } hushed: model(ref: "victim/hushed") { own shared sharedWith { handle } takedown { reason } } }
      fragment all on Model { id description shown { card } versions { card manifest files } channels { history { reason } } sharedWith { handle } takedown { reason } }`,
    stranger: { data: { model: null, given: null, taken: null, hushed: { own: false, shared: false, sharedWith: [], takedown: null } } },
  },
  'Query.models': {
    access: 'public',
    document:
      '{ models(owner: "victim") { nodes { ref own provider { name } channels { history { actorId actorName reason } } } } found: models(search: "secret") { nodes { ref } } }',
    stranger: {
      data: {
        models: { nodes: [{ ref: 'victim/open', own: false, provider: { name: 'victim' }, channels: [{ history: [{ actorId: null, actorName: null, reason: null }] }] }] },
        // Its card has the word.
        found: { nodes: [{ ref: 'victim/open' }] },
      },
    },
  },
  'Query.modelFacets': {
    access: 'public',
    document: '{ modelFacets(owner: "victim") { total tasks { value count } } }',
    stranger: { data: { modelFacets: { total: 1, tasks: [{ value: 'custom', count: 1 }] } } },
  },
  'Query.modelVersion': {
    access: 'public',
    document: '{ modelVersion(ref: "victim/secret@1.0.0") { card manifest files samples } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.releaseVersion': {
    access: 'models:publish',
    document: 'mutation { releaseVersion(input: { model: "victim/open", version: "1.0.0", channel: "beta" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.rollback': {
    access: 'models:publish',
    document: 'mutation { rollback(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.deprecateVersion': {
    access: 'models:publish',
    document: 'mutation { deprecateVersion(input: { model: "victim/open", version: "1.0.0", sunsetAt: "2100-01-01T00:00:00Z" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.setPrice': {
    access: 'models:publish',
    document: 'mutation { setPrice(input: { model: "victim/open", components: [] }) { changed } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.restoreVersion': {
    access: 'models:publish',
    document: 'mutation { restoreVersion(input: { model: "victim/open", version: "1.0.0" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.startCanary': {
    access: 'models:publish',
    document: 'mutation { startCanary(input: { model: "victim/open", version: "1.0.0" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.promoteCanary': {
    access: 'models:publish',
    document: 'mutation { promoteCanary(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.stopCanary': {
    access: 'models:publish',
    document: 'mutation { stopCanary(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Subscription.channelChanges': {
    access: 'public',
    document: 'subscription { channelChanges(ref: "victim/secret") { name canary { comparison { calls } } history { reason } } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.setModelVisibility': {
    access: 'models:publish',
    document: 'mutation { setModelVisibility(input: { model: "victim/secret", visibility: PUBLIC }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
};
