import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IMPLIED_BY, newId, PERMISSIONS, type Permission } from '@steelyard/kernel';
import { repositoryRoot, RunningPlatform, signInAs, type DatabaseContext } from '@steelyard/test-support';
import { subscribe } from './subscribe.js';

/** Two organizations on one platform: `victim`, which has something of everything, and `stranger`, who may do everything in its own. */
export interface World {
  readonly platform: RunningPlatform;
  readonly victimKey: string;
  readonly strangerKey: string;
  /** Of a third organization, with which the victim shares `victim/given`. */
  readonly friendKey: string;
  /** The stranger's owner, signed in: the token of their session. */
  readonly strangerSession: string;
  /** The stranger's keys, each with all permissions but one. */
  readonly lacking: Readonly<Record<Permission, string>>;
  /** Things of the victim's, by which a stranger may try to get at them. */
  readonly victim: Victim;
}

interface Victim extends VictimPeople {
  readonly keyId: string;
  readonly signingKeyId: string;
  readonly budgetId: string;
  readonly predictionId: string;
  readonly paymentId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  readonly publicationId: string;
  readonly files: readonly PackageFile[];
  /** Of a file that it uploaded and does not publish. */
  readonly spareSha256: string;
  readonly manifest: object;
}

interface VictimPeople {
  readonly memberId: string;
  readonly sessionId: string;
  readonly invitationId: string;
  readonly invitationToken: string;
}

export interface PackageFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** The public key that the victim's versions are signed with. */
export const SIGNING_KEY = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEABtGS7nlmKp5JNLq4yM2Yg09pLM4SHKGJHAo1BKsu1LU=\n-----END PUBLIC KEY-----\n';

const CONTENTS: Readonly<Record<string, string>> = {
  'README.md': '# Secret\n\nThe victim wrote this.\n',
  'weights.json': '{"made by": "victim"}',
  'samples/hello.json': JSON.stringify({ name: 'hello', input: { text: 'hello' }, expected: { text: 'hello' } }),
};

const manifestOf = (name: string) => ({
  schema: 1,
  name,
  version: '1.0.0',
  license: 'Apache-2.0',
  task: 'custom',
  description: 'Answers with its input.',
  intendedUse: 'For tests.',
  runtime: { name: 'echo', range: '^0.1.0', options: {} },
  artifacts: [{ path: 'weights.json' }],
  input: { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 100 } } },
  output: { type: 'object', properties: { text: { type: 'string' } } },
  price: { unit: 'request', amount: '0.001', currency: 'usd' },
});

export async function buildWorld(context: DatabaseContext): Promise<World> {
  const platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { STEELYARD_LOG_LEVEL: 'debug' } });
  const victimKey = await platform.openOrganization('victim', '1.00');
  const strangerKey = await platform.openOrganization('stranger', '1.00');
  const friendKey = await platform.openOrganization('friend', '1.00');
  const files = await upload(platform, victimKey, CONTENTS);
  const [spare] = await upload(platform, victimKey, { 'spare.json': '{"kept by": "victim"}' });
  const publicationId = await publish(platform, victimKey, { manifest: manifestOf('secret'), files, public: false });
  await publish(platform, victimKey, { manifest: manifestOf('open'), files, public: true });
  await publishForSome(platform, victimKey, files);
  await platform.graphql(victimKey, 'mutation { setPrivacyPolicy(input: { retentionHours: 1, mask: [EMAIL] }) { scope } }');
  const predicted = await platform.predict(victimKey, 'victim/secret', { text: 'hello' });
  if (predicted.status !== 200) throw new Error(`the victim's prediction failed: ${JSON.stringify(predicted.body)}`);
  await platform.settledBalance(victimKey);
  const { createBudget } = await platform.graphql(victimKey, 'mutation { createBudget(input: { name: "secret", limit: "1" }) { ... on BudgetSaved { budget { id } } } }');
  const { addWebhook } = await platform.graphql(victimKey, 'mutation { addWebhook(input: { url: "http://localhost:9/hook" }) { webhook { id } } }');
  const webhookId = addWebhook.webhook.id as string;
  const { testWebhook } = await platform.graphql(victimKey, 'mutation ($id: ID!) { testWebhook(id: $id) { id } }', { id: webhookId });
  const predictionId = predicted.headers.get('steelyard-prediction-id')!;
  const signing = 'mutation ($input: RegisterSigningKeyInput!) { registerSigningKey(input: $input) { id } requireSignatures(required: true) { requiredSince } }';
  const { registerSigningKey } = await platform.graphql(victimKey, signing, { input: { name: "victim's", publicKey: SIGNING_KEY } });
  const lacking = Object.fromEntries(await Promise.all(PERMISSIONS.map(async (permission) => [permission, await keyLacking(platform, strangerKey, permission)])));
  return {
    platform,
    victimKey,
    strangerKey,
    friendKey,
    strangerSession: await signIn(platform, 'owner@stranger.example'),
    lacking: lacking as World['lacking'],
    victim: {
      ...(await peopleOf(platform, 'owner@victim.example')),
      keyId: victimKey.slice(8, 21),
      signingKeyId: registerSigningKey.id,
      budgetId: createBudget.budget.id,
      webhookId,
      deliveryId: testWebhook.id,
      predictionId,
      paymentId: await payAs('victim', context),
      publicationId,
      files,
      spareSha256: spare!.sha256,
      manifest: manifestOf('stolen'),
    },
  };
}

/** Models that are neither everybody's nor the victim's alone: `given` to a friend, `hushed` for who knows its name, `taken` down by the operator. */
async function publishForSome(platform: RunningPlatform, victimKey: string, files: readonly PackageFile[]): Promise<void> {
  for (const name of ['given', 'hushed', 'taken']) await publish(platform, victimKey, { manifest: manifestOf(name), files, public: name === 'taken' });
  await platform.graphql(victimKey, 'mutation { shareModel(input: { model: "given", with: "friend" }) { id } }');
  await platform.graphql(victimKey, 'mutation { setModelVisibility(input: { model: "hushed", visibility: UNLISTED }) { id } }');
  await platform.graphql(platform.operatorKey, 'mutation { takeDownModel(input: { ref: "victim/taken", reason: "it is not theirs" }) { id } }');
}

/** A payment and an account for payouts, as an installation with Stripe would have them. */
async function payAs(handle: string, context: DatabaseContext): Promise<string> {
  return context.database().withPlatform(async (tx) => {
    const { id: tenantId } = await tx.organization.findUniqueOrThrow({ where: { handle } });
    await tx.payoutAccount.create({ data: { tenantId, email: `owner@${handle}.example`, country: 'us', actorId: 'x' } });
    await tx.payout.create({ data: { id: newId(), tenantId, period: 202_601, currency: 'usd', amountNano: 1_000_000_000n, actorId: 'x' } });
    const { id } = await tx.payment.create({ data: { id: newId(), tenantId, idempotencyKey: handle, currency: 'usd', amountNano: 1_000_000_000n, method: 'checkout', actorId: 'x' } });
    return id;
  });
}

/** Somebody's session token, by the way that browsers go. */
async function signIn(platform: RunningPlatform, email: string): Promise<string> {
  const { browser } = await signInAs(email, `${platform.url}/auth/sign-in`);
  const [, token] = /\bsteelyard=([^;]+)/.exec(browser.cookieFor(browser.url)) ?? [];
  if (token === undefined) throw new Error(`${email} could not sign in: no cookie for ${browser.url.href}`);
  return token;
}

/** Who belongs to an organization, as its owner sees it once signed in, and a guest who is invited. */
async function peopleOf(platform: RunningPlatform, owner: string): Promise<VictimPeople> {
  const session = await signIn(platform, owner);
  const { viewer } = await platform.graphql(session, '{ viewer { sessions { id } organization { members { id } } } }');
  const { inviteMember } = await platform.graphql(session, 'mutation { inviteMember(input: { email: "guest@victim.example", role: DEVELOPER }) { invitation { id } link } }');
  const link = inviteMember.link as string;
  return { memberId: viewer.organization.members[0].id, sessionId: viewer.sessions[0].id, invitationId: inviteMember.invitation.id, invitationToken: link.slice(link.lastIndexOf('/') + 1) };
}

async function keyLacking(platform: RunningPlatform, key: string, permission: Permission): Promise<string> {
  // Nor what would imply it.
  const scopes = PERMISSIONS.filter((scope) => scope !== permission && scope !== IMPLIED_BY[permission]);
  const { createApiKey } = await platform.graphql<{ createApiKey: { secret: string } }>(key, 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', {
    input: { name: `all but ${permission}`, scopes },
  });
  return createApiKey.secret;
}

async function upload(platform: RunningPlatform, key: string, contents: Readonly<Record<string, string>>): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  for (const [path, content] of Object.entries(contents)) {
    const body = Buffer.from(content);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'upload-length': String(body.length),
    };
    const { status } = await fetch(`${platform.url}/v1/uploads/sha256/${sha256}`, { method: 'PATCH', headers, body });
    if (status !== 204) throw new Error(`the upload of ${path} answered ${status}`);
    files.push({ path, sha256, size: body.length });
  }
  return files;
}

async function publish(platform: RunningPlatform, key: string, input: object): Promise<string> {
  const { publishVersion } = await platform.graphql<{ publishVersion: { id: string } }>(key, 'mutation ($input: PublishVersionInput!) { publishVersion(input: $input) { id } }', { input });
  const publication = await finishedPublication(platform, key, publishVersion.id);
  if (publication.status !== 'SUCCEEDED') throw new Error(`the publication failed: ${JSON.stringify(publication)}`);
  return publishVersion.id;
}

/** Waits for the end of a publication. */
export async function finishedPublication(platform: RunningPlatform, key: string, id: string): Promise<{ status: string; error: unknown }> {
  const query = 'subscription ($id: ID!) { publishProgress(id: $id) { stage } }';
  await subscribe(platform.url, key, { query, variables: { id } });
  const { publication } = await platform.graphql<{ publication: { status: string; error: unknown } }>(key, 'query ($id: ID!) { publication(id: $id) { status error } }', { id });
  return publication;
}

/** Every route of the running server as it says itself at its start, without the files of the portal. */
export function routesOf({ output }: RunningPlatform): string[] {
  const line = output.split('\n').find((text) => text.includes('"the server answers these routes"'));
  if (line === undefined) throw new Error(`the server did not say what it answers:\n${output}`);
  const portal = readdirSync(join(repositoryRoot, 'apps/portal/dist'), { recursive: true, encoding: 'utf8' }).map((path) => `GET /${path}`);
  return (JSON.parse(line) as { routes: string[] }).routes.filter((route) => !portal.includes(route));
}

/** What the victim sees of itself, but for what its own looking changes. */
export function snapshot({ platform, victimKey }: World): Promise<unknown> {
  return platform.graphql(
    victimKey,
    `{
      viewer { organization { id handle name members { id email role } invitations { id email role state } } }
      apiKeys { id name scopes expiresAt revokedAt }
      models(owner: "victim") { nodes { id ref visibility versions { ref digest state price { id } announcedPrices { id } priceHistory { id } } channels { name version { ref } history { action from to actorId reason } } } }
      usage { nodes { id status amountNano } }
      privacyPolicies { scope mask retentionHours }
      earned: usage(side: PROVIDER) { nodes { id status amountNano } }
      balance { availableNano heldNano postedNano earnedNano }
      signing { keys { id name revokedAt } requiredSince }
    }`,
  );
}
