import { expect } from '@jest/globals';
import { finishedPublication } from '../world.js';
import { none, type OperationCase } from './operation-case.js';

export const publishingCases: Readonly<Record<string, OperationCase>> = {
  'Query.publication': {
    access: 'versions:publish',
    document: 'query ($id: ID!) { publication(id: $id) { model digest events { message } } }',
    variables: ({ publicationId }) => ({ id: publicationId }),
    stranger: { data: { publication: null } },
  },
  'Query.publications': {
    access: 'versions:publish',
    document: '{ publications { nodes { id model } } }',
    stranger: { data: { publications: none } },
  },
  'Query.checkManifest': {
    access: 'versions:publish',
    // Reads nothing but the text itself.
    document: '{ checkManifest(text: "name: secret") { manifest } }',
    stranger: { data: { checkManifest: { manifest: null } } },
  },
  'Mutation.publishVersion': {
    access: 'versions:publish',
    // Names the victim's files by their digests: who has not sent them must not get them, nor learn that they are here.
    document: 'mutation ($input: PublishVersionInput!) { publishVersion(input: $input) { id } }',
    variables: ({ files, manifest }) => ({ input: { files, manifest } }),
    stranger: {
      check: async ({ data }, { platform, strangerKey }) => {
        const { id } = (data as { publishVersion: { id: string } }).publishVersion;
        const publication = await finishedPublication(platform, strangerKey, id);
        expect(publication).toMatchObject({ status: 'FAILED', error: { code: 'PUBLISHING.FILES_NOT_UPLOADED' } });
      },
    },
  },
  'Subscription.publishProgress': {
    access: 'versions:publish',
    document: 'subscription ($id: ID!) { publishProgress(id: $id) { message } }',
    variables: ({ publicationId }) => ({ id: publicationId }),
    stranger: { code: 'PUBLISHING.PUBLICATION_NOT_FOUND' },
  },
  'Query.unpublishedUploads': {
    access: 'versions:publish',
    document: '{ unpublishedUploads { files { sha256 size received removedAt } limitBytes } }',
    stranger: { check: ({ data }, { victim }) => expect(JSON.stringify(data)).not.toContain(victim.spareSha256) },
  },
  'Mutation.removeUploads': {
    access: 'versions:publish',
    document: 'mutation ($sha256s: [String!]!) { removeUploads(sha256s: $sha256s) { files { sha256 } limitBytes } }',
    variables: ({ spareSha256 }) => ({ sha256s: [spareSha256] }),
    stranger: { code: 'PUBLISHING.FILE_NOT_UNPUBLISHED' },
  },
};
