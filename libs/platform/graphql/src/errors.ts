import { defineErrors } from '@steelyard/kernel';

export const graphqlErrors = defineErrors('GRAPHQL', {
  DOCUMENT_TOO_LARGE: {
    kind: 'too-large',
    message: ({ limitChars }: { limitChars: number }) => `The GraphQL document is longer than ${limitChars} characters`,
    fix: 'Send values as variables, not inside the document.',
  },
  DOCUMENT_MALFORMED: {
    kind: 'invalid',
    message: (_: object) => 'The document is not GraphQL text',
  },
  CONTENT_TYPE_REFUSED: {
    kind: 'unsupported-media-type',
    message: ({ contentType }: { contentType: string }) => `A GraphQL request must be application/json, not ${contentType || 'without a content type'}`,
    fix: 'Send content-type: application/json with {"query": ..., "variables": ...}.',
  },
  METHOD_REFUSED: {
    kind: 'invalid',
    message: ({ method }: { method: string }) => `GraphQL is served by POST and, for subscriptions, by WebSocket; not by ${method}`,
  },
  SUBSCRIPTION_REFUSED: {
    kind: 'invalid',
    message: (_: object) => 'Subscriptions are served by WebSocket, not by POST',
    fix: 'Open a WebSocket at this path with the protocol graphql-transport-ws.',
  },
  INTROSPECTION_REFUSED: {
    kind: 'unauthenticated',
    message: (_: object) => 'This server shows its schema to callers with an API key only',
    fix: 'Send an API key, or read schema.graphql in the repository.',
  },
  OPERATION_UNKNOWN: {
    kind: 'not-found',
    message: (_: object) => 'The server knows no operation of this id',
    fix: 'Send the document itself; the id is of another release of the portal.',
  },
  OPERATION_REFUSED: {
    kind: 'forbidden',
    message: (_: object) => "This server answers no other operations than its portal's to callers without an API key",
    fix: 'Reload the page if it is the portal; else send an API key.',
  },
  TOO_COSTLY: {
    kind: 'invalid',
    message: ({ cost, limit }: { cost: number; limit: number }) => `The operation may bring forth ${cost} fields by the lengths of its lists; at most ${limit} are allowed`,
    fix: 'Ask for fewer entries with first, for fewer fields within lists, or for one list at a time.',
  },
  PAGE_INVALID: {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => problem,
  },
  SUBSCRIPTIONS_TOO_MANY: {
    kind: 'rate-limited',
    message: ({ limit }: { limit: number }) => `This connection has ${limit} subscriptions already`,
  },
  SUBSCRIPTION_OUTLIVED: {
    kind: 'forbidden',
    message: (_: object) => 'Who subscribed is signed out, or may do less than when the subscription began',
    fix: 'Subscribe again; what is still allowed begins anew.',
  },
});
