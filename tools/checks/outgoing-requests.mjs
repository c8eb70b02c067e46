/**
 * Requests to addresses that tenants name go out by `postOutgoing` of `libs/platform/http` alone, which checks where they lead. So that nothing goes round
 * it, server code may open no connection in any other way. What packages send by themselves is bound to their one home by `vendors` in
 * `architecture.config.mjs`, and no tenant names where it goes: `stripe` asks Stripe, `openid-client` the issuer of the operator's settings,
 * `@opentelemetry` the operator's collector, `pg` the operator's database.
 */
const MESSAGE = 'Server code sends requests by postOutgoing of libs/platform/http alone: it checks where an address leads. An exception belongs, with its reason, into tools/checks/outgoing-requests.mjs.';

const CLIENT_PACKAGES = ['undici', 'node-fetch', 'axios', 'got', 'ky', 'needle', 'superagent', 'ws'];
const OPENING = ['request', 'get', 'Agent', 'ClientRequest', 'globalAgent', 'connect', 'createConnection', 'Socket', 'TLSSocket', 'createSocket', 'default'];
const MODULES = ['http', 'https', 'http2', 'net', 'tls', 'dgram'];
const GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

const loaded = `/^(node:)?(${MODULES.join('|')})$|^(${CLIENT_PACKAGES.join('|')})$/`;

/** Rules of ESLint that catch every way to open a connection. Types may be imported: they open nothing. */
export const outgoingRules = {
  'no-restricted-globals': ['error', ...GLOBALS.map((name) => ({ name, message: MESSAGE }))],
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      paths: [
        ...MODULES.flatMap((name) => [name, `node:${name}`].map((path) => ({ name: path, importNames: OPENING, message: MESSAGE, allowTypeImports: true }))),
        ...CLIENT_PACKAGES.map((name) => ({ name, message: MESSAGE, allowTypeImports: true })),
      ],
    },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: `MemberExpression[object.name=/^(globalThis|global|self)$/][property.name=/^(${GLOBALS.join('|')})$/]`, message: MESSAGE },
    { selector: `MemberExpression[object.name=/^(globalThis|global|self)$/][property.value=/^(${GLOBALS.join('|')})$/]`, message: MESSAGE },
    { selector: `ImportExpression[source.value=${loaded}]`, message: MESSAGE },
    { selector: `CallExpression[callee.name='require'][arguments.0.value=${loaded}]`, message: MESSAGE },
    { selector: `CallExpression[callee.property.name=/^(require|getBuiltinModule)$/][arguments.0.value=${loaded}]`, message: MESSAGE },
  ],
};

/** Where server code is. */
export const SERVER_CODE = ['libs/**/*.ts', 'apps/api/src/**/*.ts', 'plugins/runtimes/**/*.ts'];

/** Files that may open connections, and why. */
export const OUTGOING_EXCEPTIONS = {
  'libs/platform/http/src/outgoing/post.ts': 'the client itself',
  'libs/runner/src/connect-runner.ts': 'a runner connects to the socket of the engine that started it',
};
