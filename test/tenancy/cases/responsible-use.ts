import type { OperationCase } from './operation-case.js';

export const responsibleUseCases: Readonly<Record<string, OperationCase>> = {
  'Mutation.shareModel': {
    access: 'models:publish',
    // With oneself, who would like to have it.
    document: 'mutation { shareModel(input: { model: "victim/secret", with: "victim" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.stopSharingModel': {
    access: 'models:publish',
    document: 'mutation { stopSharingModel(input: { model: "victim/given", with: "victim" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.reportAbuse': {
    access: 'person',
    document: 'mutation { reportAbuse(input: { ref: "victim/secret", kind: OTHER, text: "is it there?" }) }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.appealTakedown': {
    access: 'models:publish',
    document: 'mutation { appealTakedown(input: { model: "victim/taken", note: "x" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.abuseReports': { access: 'operator', document: '{ abuseReports { nodes { reporterId } } }' },
  'Mutation.dismissReport': { access: 'operator', document: 'mutation { dismissReport(id: "00000000-0000-0000-0000-000000000000", reason: "x") { id } }' },
  'Query.takedowns': { access: 'operator', document: '{ takedowns { reason appeal } }' },
  'Mutation.takeDownModel': { access: 'operator', document: 'mutation { takeDownModel(input: { ref: "victim/open", reason: "x" }) { id } }' },
  'Mutation.restoreModel': { access: 'operator', document: 'mutation { restoreModel(input: { ref: "victim/taken", reason: "x" }) { id } }' },
  'Mutation.keepTakedown': { access: 'operator', document: 'mutation { keepTakedown(input: { ref: "victim/taken", reason: "x" }) { id } }' },
};
