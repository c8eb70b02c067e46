import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().positive();
const perMinute = z.coerce.number().int().min(0).max(1_000_000);
const names = z.string().default('').transform((text) => text.split(',').map((name) => name.trim()).filter(Boolean));
const address = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
const origin = address.refine((text) => new URL(text).origin === text.replace(/\/$/, ''), 'must be an address without a path').transform((text) => new URL(text).origin);
const hasCents = (code: string): boolean => new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits === 2;
const currency = z.string().regex(/^[a-z]{3}$/, { error: 'must be three letters in lower case, such as usd', abort: true }).refine(hasCents, 'must be a currency with hundredths');
const stripeKey = z.string().regex(/^[sr]k_(test|live)_\w+$/, 'must be a secret or restricted key of Stripe, such as sk_test_...');
const peppers = names.pipe(z.array(z.string().min(32, 'each pepper must have at least 32 characters')));
const artifactKeys = names.pipe(
  z.array(z.base64('each artifact key must be base64').transform((text) => Buffer.from(text, 'base64')).refine((key) => key.length === 32, 'each artifact key must be 32 bytes, in base64')),
);

export interface Setting {
  /** The environment variable. */
  readonly env: string;
  readonly schema: z.ZodType;
  /** What it does, for the reference page. */
  readonly about: string;
  /** Which values it takes, for people. */
  readonly takes: string;
  /** Said in place of a default that depends on something else. */
  readonly unset?: string;
  /** Never shown, not even in part. */
  readonly secret?: true;
}

/** Every setting with its variable, its default and what it does; `.env.example` and the reference page are made from it. */
export const settings = {
  dataDir: {
    env: 'STEELYARD_DATA_DIR',
    schema: z.string().default('.steelyard'),
    takes: 'a folder',
    about: 'Folder for the embedded database, packages, usage log and operator key.',
  },
  host: {
    env: 'STEELYARD_HOST',
    schema: z.string().default('127.0.0.1'),
    takes: 'a host name or address',
    about: 'Address to listen on.',
  },
  port: {
    env: 'STEELYARD_PORT',
    schema: port.default(4700),
    takes: '0 to 65535',
    about: 'Port to listen on; 0 takes a free one.',
  },
  publicUrl: {
    env: 'STEELYARD_PUBLIC_URL',
    schema: origin.optional(),
    takes: 'an http:// or https:// address without a path',
    unset: '`http://localhost:<port>`',
    about: 'Where browsers reach the server: people are sent back here after sign-in, and cookies count on its pages only. With https, cookies go over https alone.',
  },
  environment: {
    env: 'NODE_ENV',
    schema: z.string().default('development'),
    takes: 'a word',
    about: 'With `production` the development issuer, where anybody may be anybody, is never started.',
  },
  oidcIssuer: {
    env: 'STEELYARD_OIDC_ISSUER',
    schema: address.optional(),
    takes: 'the address of an OpenID Connect issuer',
    unset: 'a development issuer on this machine, where anybody may be anybody; none in production or when the public URL is not of this machine',
    about: 'Who people sign in with. Its client must allow the redirect to `<public URL>/auth/callback`.',
  },
  oidcClientId: {
    env: 'STEELYARD_OIDC_CLIENT_ID',
    schema: z.string().default('steelyard'),
    takes: 'a client id',
    about: 'What the issuer knows this server as.',
  },
  oidcClientSecret: {
    env: 'STEELYARD_OIDC_CLIENT_SECRET',
    schema: z.string().optional(),
    takes: 'a secret',
    unset: 'a client without a secret',
    about: 'The secret of that client.',
    secret: true,
  },
  oidcCliClientId: {
    env: 'STEELYARD_OIDC_CLI_CLIENT_ID',
    schema: z.string().optional(),
    takes: 'a client id',
    unset: 'terminals cannot sign in',
    about: "The issuer's client for terminals: native, without a secret, with loopback redirects to any port and the device grant.",
  },
  developmentAccounts: {
    env: 'STEELYARD_DEVELOPMENT_ACCOUNTS',
    schema: names,
    takes: 'e-mail addresses, with commas between them',
    about: 'Whom the development issuer suggests to sign in as.',
  },
  sessionDays: {
    env: 'STEELYARD_SESSION_DAYS',
    schema: count.default(30),
    takes: 'days',
    about: 'How long somebody who has signed in stays so at most.',
  },
  sessionIdleDays: {
    env: 'STEELYARD_SESSION_IDLE_DAYS',
    schema: count.default(7),
    takes: 'days',
    about: 'How long a session that is not used lasts.',
  },
  priceNoticeDays: {
    env: 'STEELYARD_PRICE_NOTICE_DAYS',
    schema: z.coerce.number().int().min(0).max(365).default(14),
    takes: '0 to 365 days',
    about: 'How long before it counts a dearer price of a public model must be announced; with 0 it counts at once.',
  },
  demo: {
    env: 'STEELYARD_DEMO',
    schema: z.stringbool().default(false),
    takes: '`true` or `false`',
    about: 'Says in the portal that what it shows is a demonstration with made-up history.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// or postgresql:// address' }).optional(),
    takes: 'a postgres:// address',
    unset: 'an embedded PostgreSQL in the data folder',
    about: 'PostgreSQL to use.',
    secret: true,
  },
  keyPepper: {
    env: 'STEELYARD_KEY_PEPPER',
    schema: peppers,
    takes: 'secrets of at least 32 characters, with commas between them',
    unset: '`pepper.key` in the data folder, made at the first start',
    about: 'Secret that API keys are hashed with; the same for every server on one database. To change it put the new one first and keep the old ones behind it.',
    secret: true,
  },
  artifactKeys: {
    env: 'STEELYARD_ARTIFACT_KEYS',
    schema: artifactKeys,
    takes: 'keys of 32 bytes in base64 (`openssl rand -base64 32`), with commas between them',
    unset: 'none: files lie plain in the data folder',
    about: 'Keys that uploaded files are encrypted with at rest. To change one put the new one first, keep the old ones behind it, and run `steelyard operator rotate-artifact-keys`.',
    secret: true,
  },
  organizationRequestsPerMinute: {
    env: 'STEELYARD_ORGANIZATION_REQUESTS_PER_MINUTE',
    schema: perMinute.default(0),
    takes: 'a number of requests; 0 for no limit',
    about: 'How many requests the API keys of one organization may send together in a minute, where the operator has not set a limit of its own for it.',
  },
  personRequestsPerMinute: {
    env: 'STEELYARD_PERSON_REQUESTS_PER_MINUTE',
    schema: perMinute.default(3_000),
    takes: 'a number of requests; 0 for no limit',
    about: 'How many requests somebody who is signed in may send in a minute, in the portal and with the CLI.',
  },
  anonymousRequestsPerMinute: {
    env: 'STEELYARD_ANONYMOUS_REQUESTS_PER_MINUTE',
    schema: perMinute.default(1_200),
    takes: 'a number of requests; 0 for no limit',
    about: 'How many requests without a key or a session one address may send in a minute. Files of the portal and health checks do not count.',
  },
  failedRequestsPerMinute: {
    env: 'STEELYARD_FAILED_REQUESTS_PER_MINUTE',
    schema: perMinute.default(120),
    takes: 'a number of requests; 0 for no limit',
    about: 'After how many requests with wrong keys or sessions within a minute no new one is looked at from an address, and after how many for organizations that are not theirs none is looked for for who is signed in. What has worked before goes on working.',
  },
  trustedProxyHops: {
    env: 'STEELYARD_TRUSTED_PROXY_HOPS',
    schema: z.coerce.number().int().min(0).max(10).default(0),
    takes: '0 to 10',
    about: 'How many proxies stand in front of the server, each adding to `X-Forwarded-For` whom it heard a request from. With 0 that header is not believed, and behind a proxy all requests have one address.',
  },
  signUp: {
    env: 'STEELYARD_SIGN_UP',
    schema: z.enum(['everyone', 'operator']).default('everyone'),
    takes: '`everyone` or `operator`',
    about: 'Who may open organizations: everyone who signs in, or the operator alone.',
  },
  welcomeCredit: {
    env: 'STEELYARD_WELCOME_CREDIT',
    schema: z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount such as 10.00').optional(),
    takes: 'an amount of usd',
    unset: '10.00 where people sign in through the development issuer, otherwise nothing',
    about: 'Credit that the first organization a person opens is given; one person is given it once.',
  },
  feeBasisPoints: {
    env: 'STEELYARD_FEE_BASIS_POINTS',
    schema: z.coerce.number().int().min(0).max(10_000).default(1_500),
    takes: '0 to 10000',
    about: "The platform's share of every charge, in hundredths of a percent.",
  },
  stripeSecretKey: {
    env: 'STEELYARD_STRIPE_SECRET_KEY',
    schema: stripeKey.optional(),
    takes: 'a secret key of Stripe, sk_... or rk_...',
    unset: 'no real money is moved: wallets are filled by operator credit, payouts are marked as paid by hand',
    about: 'The Stripe account that payments come to and payouts leave from; see the guide on Stripe.',
    secret: true,
  },
  stripeWebhookSecret: {
    env: 'STEELYARD_STRIPE_WEBHOOK_SECRET',
    schema: z.string().regex(/^whsec_\S+$/, 'must be the signing secret of a webhook endpoint, whsec_...').optional(),
    takes: 'the signing secret of a webhook endpoint, whsec_...',
    unset: 'webhooks are refused, and what Stripe has to say is heard minutes later, by asking',
    about: 'What Stripe signs its webhooks to `<public URL>/webhooks/stripe` with.',
    secret: true,
  },
  stripeApiBase: {
    env: 'STEELYARD_STRIPE_API_BASE',
    schema: origin.default('https://api.stripe.com'),
    takes: 'an http:// or https:// address without a path',
    about: 'Where Stripe is reached; another address is for proxies and tests.',
  },
  paymentCurrency: {
    env: 'STEELYARD_PAYMENT_CURRENCY',
    schema: currency.default('usd'),
    takes: 'an ISO 4217 code in lower case',
    about: 'What wallets are filled and providers are paid in, what budgets and prices are in that name no other, and what free calls are counted in; a currency with hundredths.',
  },
  usageLogDir: {
    env: 'STEELYARD_USAGE_LOG_DIR',
    schema: z.string().optional(),
    takes: 'a folder',
    unset: '`usage-log` in the data folder',
    about: 'Folder for the usage log, of this server alone; on a disk of its own, other files cannot fill it.',
  },
  webhookPrivateAddresses: {
    env: 'STEELYARD_WEBHOOK_PRIVATE_ADDRESSES',
    schema: z.stringbool().default(false),
    takes: '`true` or `false`',
    about: "Whether webhooks of budgets may lead into this server's own network. Whoever may manage an organization's budgets can then have it send requests there.",
  },
  eraseAfterHours: {
    env: 'STEELYARD_ERASE_AFTER_HOURS',
    schema: z.coerce.number().min(0).max(720).default(72),
    takes: '0 to 720 hours',
    about: 'How long after an owner has asked for it an organization is erased: until then it may be cancelled.',
  },
  closeAfterHours: {
    env: 'STEELYARD_CLOSE_AFTER_HOURS',
    schema: z.coerce.number().int().min(0).max(744).default(24),
    takes: '0 to 744 hours',
    about: 'How long after its end a month is closed and invoiced. What comes later is invoiced with the next one.',
  },
  usageLogSync: {
    env: 'STEELYARD_USAGE_LOG_SYNC',
    schema: z.enum(['fsync', 'write']).default('fsync'),
    takes: '`fsync` or `write`',
    about: '`fsync`: an answered call survives a power cut. `write`: it survives a killed process only, and costs less.',
  },
  bodyLimitBytes: {
    env: 'STEELYARD_BODY_LIMIT_BYTES',
    schema: count.default(16 * 1024 * 1024),
    takes: 'bytes',
    about: 'Largest request body of a prediction.',
  },
  uploadLimitBytes: {
    env: 'STEELYARD_UPLOAD_LIMIT_BYTES',
    schema: count.default(8 * 1024 * 1024 * 1024),
    takes: 'bytes',
    about: 'Largest file of a package.',
  },
  unpublishedLimitBytes: {
    env: 'STEELYARD_UNPUBLISHED_LIMIT_BYTES',
    schema: count.default(32 * 1024 * 1024 * 1024),
    takes: 'bytes',
    about: 'What an organization may have uploaded, or begun to upload, in files that none of its versions names.',
  },
  keepUnpublishedHours: {
    env: 'STEELYARD_KEEP_UNPUBLISHED_HOURS',
    schema: z.coerce.number().int().min(1).max(8_760).default(168),
    takes: '1 to 8760 hours',
    about: 'How long an uploaded file is kept that no version of its organization names, since it was last sent, asked for or published with.',
  },
  deadlineMs: {
    env: 'STEELYARD_DEADLINE_MS',
    schema: count.default(30_000),
    takes: 'milliseconds',
    about: 'How long a prediction may take at most; callers may name a sooner deadline.',
  },
  shutdownMs: {
    env: 'STEELYARD_SHUTDOWN_MS',
    schema: count.default(25_000),
    takes: 'milliseconds',
    about: 'How long calls that run may take to end once the server was told to stop, and everything else. Then it stops all the same, and its log names what did not end.',
  },
  runtimes: {
    env: 'STEELYARD_RUNTIMES',
    schema: names,
    takes: 'npm package names, with commas between them',
    about: 'Further runtime packages to offer, found as modules in the folder where the server is started would find them.',
  },
  engineMemoryMb: {
    env: 'STEELYARD_ENGINE_MEMORY_MB',
    schema: count.optional(),
    takes: 'mebibytes',
    unset: "60 % of the machine's memory, or of the control group's limit",
    about: 'What loaded models may take together. Idle ones end to make room for others.',
  },
  engineGpuMemoryMb: {
    env: 'STEELYARD_ENGINE_GPU_MEMORY_MB',
    schema: count.optional(),
    takes: 'mebibytes',
    unset: 'all that its runtimes say it has; without a limit where they do not, as with those that come with Steelyard',
    about: 'What loaded models may take together of the memory of a GPU, by estimate from their files.',
  },
  measureMs: {
    env: 'STEELYARD_MEASURE_MS',
    schema: z.coerce.number().int().min(0).default(4_000),
    takes: 'milliseconds',
    about: 'How long a publication tries batch sizes and threads, to find how the version is best run; with 0 it does not.',
  },
  introspection: {
    env: 'STEELYARD_INTROSPECTION',
    schema: z.enum(['everyone', 'keys']).default('everyone'),
    takes: '`everyone` or `keys`',
    about: 'Who may read the GraphQL schema from a running server: everyone, or callers with an API key.',
  },
  graphqlOperations: {
    env: 'STEELYARD_GRAPHQL_OPERATIONS',
    schema: z.enum(['any', 'persisted']).default('any'),
    takes: '`any` or `persisted`',
    about: "What may be asked over GraphQL by who shows no API key and no terminal's token: any operation, or the portal's own, which the server knows by their ids.",
  },
  graphqlCostMax: {
    env: 'STEELYARD_GRAPHQL_COST_MAX',
    schema: count.default(10_000),
    takes: 'fields',
    about: 'How many fields one GraphQL operation may bring forth by the lengths of the lists it asks for; docs/guides/requests.md has the formula.',
  },
  headerBytes: {
    env: 'STEELYARD_HEADER_BYTES',
    schema: z.coerce.number().int().min(1_024).max(1024 * 1024).default(16 * 1024),
    takes: '1024 to 1048576 bytes',
    about: 'Largest head of a request, its address and all headers together.',
  },
  headersMax: {
    env: 'STEELYARD_HEADERS_MAX',
    schema: count.default(100),
    takes: 'a number of headers',
    about: 'How many headers a request may have.',
  },
  receiveMs: {
    env: 'STEELYARD_RECEIVE_MS',
    schema: z.coerce.number().int().min(100).default(30_000),
    takes: '100 milliseconds or more',
    about: 'How long a request may take to arrive: its head, and then its body, which gets a second more for every 10 kB that have come.',
  },
  connectionsMax: {
    env: 'STEELYARD_CONNECTIONS_MAX',
    schema: count.default(10_000),
    takes: 'a number of connections',
    about: 'How many connections may be open at a time; more are closed unanswered.',
  },
  pipelinedMax: {
    env: 'STEELYARD_PIPELINED_MAX',
    schema: count.default(32),
    takes: 'a number of requests',
    about: 'How many requests one connection may have sent ahead of their answers.',
  },
  traceEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: address.optional(),
    takes: 'the base address of an OTLP/HTTP receiver, e.g. http://localhost:4318',
    unset: 'nothing is traced',
    about: 'Where OpenTelemetry spans of predictions are sent.',
  },
  traceRatio: {
    env: 'STEELYARD_TRACE_RATIO',
    schema: z.coerce.number().min(0).max(1).default(1),
    takes: '0 to 1',
    about: 'Share of predictions that are traced, where the caller has not decided by its `traceparent`.',
  },
  metricsToken: {
    env: 'STEELYARD_METRICS_TOKEN',
    schema: z.string().min(32, 'must have at least 32 characters').optional(),
    takes: 'a secret of at least 32 characters',
    unset: "the operator's key alone reads them",
    about: 'What a collector of metrics shows at `/metrics`, as `Authorization: Bearer <token>`: they name private models, and are for the operator.',
    secret: true,
  },
  logLevel: {
    env: 'STEELYARD_LOG_LEVEL',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    takes: '`fatal`, `error`, `warn`, `info`, `debug` or `silent`',
    about: 'Least important log line to write.',
  },
} as const satisfies Record<string, Setting>;
