import { expect } from '@jest/globals';
import { JSON_TYPE, type RouteAnswer, type RouteCase } from './route-case.js';

const hello = JSON.stringify({ text: 'hello' });
const posting = (path: string, body: string = hello) => () => ({ path, headers: JSON_TYPE, body });
const getting = (path: string) => () => ({ path });

const notFound = (code = 'CATALOG.MODEL_NOT_FOUND'): RouteAnswer => ({ status: 404, body: { error: expect.objectContaining({ code }) } });
/** The protocols' own forms of it. */
const noOpenAiModel: RouteAnswer = { status: 404, body: { error: expect.objectContaining({ code: 'model_not_found' }) } };
const noTensorModel: RouteAnswer = { status: 404, body: { error: expect.stringContaining('victim/secret') } };
const ownModels: RouteAnswer = { status: 200, body: { object: 'list', data: [] } };

const openInference = Object.fromEntries(
  ['', '/versions/{version}'].flatMap((version) => {
    const path = `/v2/models/victim/secret${version.replace('{version}', '1.0.0')}`;
    const described = ['', '/ready', '/config', '/stats'].map((action): [string, RouteCase] => [
      `GET /v2/models/{model}${version}${action}`,
      { access: 'public', request: getting(path + action), stranger: noTensorModel },
    ]);
    const infer: RouteCase = { access: 'predict', request: posting(`${path}/infer`, '{"inputs":[]}'), stranger: noTensorModel };
    return [...described, [`POST /v2/models/{model}${version}/infer`, infer] as [string, RouteCase]];
  }),
);

/** Every route that the running server says it has, but for the files of the portal, as the wrong tenant. A route without a row fails the suite. */
export const routes: Readonly<Record<string, RouteCase>> = {
  // for programs
  'POST /v1/predict/{owner}/{model}': { access: 'predict', request: posting('/v1/predict/victim/secret'), stranger: notFound() },
  'POST /v1/estimate/{owner}/{model}': { access: 'predict', request: posting('/v1/estimate/victim/secret'), stranger: notFound() },
  'GET /v1/predictions/{id}/receipt': {
    access: 'authenticated',
    request: ({ predictionId }) => ({ path: `/v1/predictions/${predictionId}/receipt` }),
    stranger: notFound('INFERENCE.PREDICTION_NOT_FOUND'),
  },
  'GET /v1/usage.csv': {
    access: 'usage:read',
    request: getting('/v1/usage.csv?side=provider&model=victim/secret'),
    stranger: { status: 200, body: expect.stringMatching(/^id,[^\r\n]+\r\n$/) },
  },
  'GET /v1/usage.jsonl': { access: 'usage:read', request: getting('/v1/usage.jsonl?side=consumer'), stranger: { status: 200, body: '' } },
  // Whose entries they are, a test of its own tells.
  'GET /v1/audit.jsonl': { access: 'audit:read', request: getting('/v1/audit.jsonl'), stranger: { status: 200, body: expect.stringContaining('organizationId') } },
  'GET /v1/export.jsonl': {
    access: 'organization:erase',
    request: getting('/v1/export.jsonl'),
    stranger: { status: 200, body: expect.stringMatching(/^\{"format":"steelyard-export\/1","organization":\{"id":"[^"]+","handle":"stranger"\}(?!.*"handle":"victim")[^]*"end":true/) },
  },
  'GET /v1/account.json': { access: 'person', request: getting('/v1/account.json'), stranger: 401 },
  'GET /v1/documents/:id': { access: 'billing:read', request: getting('/v1/documents/SY-2026-000001'), stranger: notFound('BILLING.DOCUMENT_NOT_FOUND') },
  'GET /v1/models/:owner/:name/:version/files/*': { access: 'public', request: getting('/v1/models/victim/secret/1.0.0/files/README.md'), stranger: 404 },
  'HEAD /v1/uploads/sha256/:sha256': { access: 'versions:publish', request: ({ files }) => ({ path: `/v1/uploads/sha256/${files[0]!.sha256}` }), stranger: 404 },
  'PATCH /v1/uploads/sha256/:sha256': {
    access: 'versions:publish',
    // Goes on where the victim may have left off.
    request: ({ files: [file] }) => ({
      path: `/v1/uploads/sha256/${file!.sha256}`,
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '5', 'upload-length': String(file!.size) },
      body: 'xx',
    }),
    stranger: 409,
  },

  // other protocols
  'GET /openai/v1/models': { access: 'predict', request: getting('/openai/v1/models'), stranger: ownModels },
  'GET /openai/v1/models/{id}': { access: 'predict', request: getting('/openai/v1/models/victim%2Fsecret'), stranger: noOpenAiModel },
  'POST /openai/v1/chat/completions': {
    access: 'predict',
    request: posting('/openai/v1/chat/completions', '{"model":"victim/secret","messages":[{"role":"user","content":"hello"}]}'),
    stranger: noOpenAiModel,
  },
  'POST /openai/v1/completions': { access: 'predict', request: posting('/openai/v1/completions', '{"model":"victim/secret","prompt":"hello"}'), stranger: noOpenAiModel },
  'POST /openai/v1/embeddings': { access: 'predict', request: posting('/openai/v1/embeddings', '{"model":"victim/secret","input":"hello"}'), stranger: noOpenAiModel },
  'GET /v2': { access: 'public', request: getting('/v2'), stranger: 200 },
  'GET /v2/health/live': { access: 'public', request: getting('/v2/health/live'), stranger: { status: 200, body: { live: true } } },
  'GET /v2/health/ready': { access: 'public', request: getting('/v2/health/ready'), stranger: { status: 200, body: { ready: true } } },
  'POST /v2/repository/index': {
    access: 'predict',
    request: posting('/v2/repository/index', '{}'),
    stranger: { status: 200, body: [expect.objectContaining({ name: 'victim/open' })] },
  },
  ...openInference,
  'GET /graphql/models': { access: 'public', request: getting('/graphql/models?models=victim/secret'), stranger: { status: 404, body: { errors: expect.anything() } } },
  'POST /graphql/models': { access: 'public', request: posting('/graphql/models', '{"query":"mutation { victim_secret { __typename } }"}'), stranger: 400, nobody: 401 },

  // for everybody: the operations behind it have cases of their own, and a GET that is no WebSocket gets nothing
  'GET /graphql': { access: 'public', request: getting('/graphql?query={viewer{keyId}}'), stranger: 400 },
  'POST /graphql': { access: 'public', request: posting('/graphql', '{"query":"{ model(ref: \\"victim/secret\\") { id } }"}'), stranger: { status: 200, body: { data: { model: null } } } },
  'POST /webhooks/stripe': { access: 'public', request: posting('/webhooks/stripe', '{}'), stranger: 501 },
  'GET /.well-known/steelyard-receipt-keys.json': { access: 'public', request: getting('/.well-known/steelyard-receipt-keys.json'), stranger: { status: 200, body: { keys: [expect.anything()] } } },
  'GET /health/live': { access: 'public', request: getting('/health/live'), stranger: { status: 200, body: { status: 'live' } } },
  'GET /health/ready': { access: 'public', request: getting('/health/ready'), stranger: 200 },
  'GET /metrics': { access: 'operator', request: getting('/metrics') },

  // for people on their way in and out: nothing here is an organization's, and what begun at one place goes on at none other
  'GET /auth/sign-in': { access: 'public', request: getting('/auth/sign-in?return=/victim'), stranger: 302 },
  'GET /auth/callback': { access: 'public', request: getting('/auth/callback?code=x&state=x'), stranger: 400 },
  'POST /auth/sign-out': { access: 'public', request: posting('/auth/sign-out', '{}'), stranger: 204 },
  'POST /auth/sign-out-everywhere': { access: 'public', request: posting('/auth/sign-out-everywhere', '{}'), stranger: 204 },
  'POST /auth/terminal/begin': { access: 'public', request: posting('/auth/terminal/begin', '{"redirectUri":"https://stranger.example/"}'), stranger: 400 },
  'POST /auth/terminal/finish': { access: 'public', request: posting('/auth/terminal/finish', '{"attempt":"x","callback":"http://127.0.0.1/?code=x"}'), stranger: 400 },
  'POST /auth/device/begin': { access: 'public', request: posting('/auth/device/begin', '{}'), stranger: 200 },
  'POST /auth/device/poll': { access: 'public', request: posting('/auth/device/poll', '{"attempt":"x"}'), stranger: 400 },

  // the portal's page, which knows nobody
  'GET /': { access: 'public', request: getting('/'), stranger: 200 },
  'GET /*': { access: 'public', request: getting('/victim/secret'), stranger: 200 },
};
