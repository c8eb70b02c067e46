import { createClient, SteelyardError } from '@steelyard/client';
import type { Command } from 'commander';
import openInBrowser from 'open';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { type Profile, profilePath, readProfiles, writeProfile } from '../profile-file.js';
import { profileName, resolveSettings } from '../settings.js';
import { signInByDevice } from '../sign-in/sign-in-by-device.js';
import { signInByLoopback } from '../sign-in/sign-in-by-loopback.js';
import { postSignIn } from '../sign-in/terminal-session.js';
import type { Run } from './command-action.js';

export function addSignIn(program: Command, run: Run): void {
  program
    .command('login')
    .option('--device', 'show a code to enter on another device; for machines without a browser')
    .option('--no-browser', 'print the address instead of opening it')
    .description('sign in; the other commands then act for you')
    .addHelpText('after', '\nExamples:\n  $ steelyard login\n  $ steelyard login --device --url https://models.example.org\n\nThe session is stored in ~/.config/steelyard/config.json, readable by you alone, in place of a key.')
    .action(run(logIn));
  program
    .command('logout')
    .option('--everywhere', 'end all your sessions, in browsers too')
    .description('end the session of this terminal')
    .action(run(logOut));
  program.command('whoami').description('who you are and whom you act for').action(run(whoAmI));
  program
    .command('use')
    .argument('<handle>', 'one of your organizations')
    .description('act for this organization from now on')
    .addHelpText('after', '\nExample:\n  $ steelyard use acme\n\nFor one command alone: --org <handle>.')
    .action(run(use));
}

async function logIn(context: CommandContext, flags: { readonly device?: boolean; readonly browser: boolean }): Promise<void> {
  const { io } = context;
  const { url } = await resolveSettings(context.flags, io);
  const client = createClient({ baseUrl: url });
  const session = flags.device
    ? await signInByDevice(client, ({ userCode, verificationUri, verificationUriComplete }) => {
        io.stderr.write(`Open ${verificationUri} on any device and enter the code ${context.style.bold(userCode)}\nor open ${verificationUriComplete}\n`);
      })
    : await signInByLoopback(client, {
        open: (address) => {
          io.stderr.write(`Sign in here:\n  ${address}\n`);
          if (flags.browser && context.isInteractive) void openInBrowser(address).catch(() => undefined);
        },
      });
  const organization = context.flags.org ?? session.organizations[0]?.handle;
  const path = profilePath(io.env);
  const name = profileName(context.flags, io);
  await writeProfile(path, name, { url, session: session.token, organization });
  const { person, organizations, expiresAt } = session;
  context.result({ path, profile: name, url, person, organization: organization ?? null, organizations, expiresAt }, () =>
    organization === undefined
      ? `signed in as ${person.email}, who belongs to no organization yet: open one at ${url}/welcome`
      : `signed in as ${person.email}, acting for ${organization}${organizations.length > 1 ? ` (steelyard use <handle> changes that: ${organizations.map(({ handle }) => handle).join(', ')})` : ''}`,
  );
}

async function logOut(context: CommandContext, flags: { readonly everywhere?: boolean }): Promise<void> {
  const { path, name, profile } = await signedIn(context);
  const client = createClient({ baseUrl: profile.url, apiKey: profile.session });
  try {
    await postSignIn(client, flags.everywhere ? '/auth/sign-out-everywhere' : '/auth/sign-out', {});
  } catch (error) {
    // A session that the platform does not know any more has ended already.
    if (!(error instanceof SteelyardError && error.kind === 'unauthenticated')) throw error;
  }
  await writeProfile(path, name, { url: profile.url });
  context.result({ profile: name, url: profile.url }, () => `signed out of ${profile.url}`);
}

interface WhoAmI {
  readonly viewer: {
    readonly person: { readonly email: string; readonly name: string } | null;
    readonly keyId: string | null;
    readonly organization: { readonly handle: string; readonly name: string } | null;
    readonly role: string | null;
    readonly scopes: readonly string[];
    readonly memberships: readonly { readonly role: string; readonly organization: { readonly handle: string; readonly name: string } }[];
  } | null;
}

async function readViewer(context: CommandContext): Promise<NonNullable<WhoAmI['viewer']>> {
  const { client } = await context.connect();
  const { viewer } = await client.graphql<WhoAmI>(
    'query Viewer { viewer { person { email name } keyId organization { handle name } role scopes memberships { role organization { handle name } } } }',
  );
  if (!viewer) throw cliErrors.NOT_SIGNED_IN({ profile: profileName(context.flags, context.io) });
  return viewer;
}

async function whoAmI(context: CommandContext): Promise<void> {
  const viewer = await readViewer(context);
  const { person, keyId, organization, role, scopes, memberships } = viewer;
  context.result(viewer, () => {
    const facts = [
      ['who', person ? person.email : `API key ${keyId}`],
      ['acts for', organization ? `${organization.handle} (${organization.name})` : 'no organization'],
      ...(role ? [['role', role.toLowerCase()]] : []),
      ['may', scopes.join(', ')],
      ...(memberships.length > 1 ? [['belongs to', memberships.map((each) => each.organization.handle).join(', ')]] : []),
    ];
    return facts.map(([name, value]) => `${name!.padEnd(12)}${value}`).join('\n');
  });
}

async function use(context: CommandContext, handle: string): Promise<void> {
  const { path, name, profile } = await signedIn(context);
  const { memberships } = await readViewer(context);
  const known = memberships.map(({ organization }) => organization.handle);
  if (!known.includes(handle)) throw cliErrors.ORGANIZATION_UNKNOWN({ handle, known });
  await writeProfile(path, name, { ...profile, organization: handle });
  context.result({ profile: name, organization: handle }, () => `acting for ${handle}`);
}

/** The stored profile, which must have a session. */
async function signedIn(context: CommandContext): Promise<{ path: string; name: string; profile: Profile & { session: string } }> {
  const path = profilePath(context.io.env);
  const name = profileName(context.flags, context.io);
  const profile = (await readProfiles(path))[name];
  if (profile?.session === undefined) throw cliErrors.NOT_SIGNED_IN({ profile: name });
  return { path, name, profile: { ...profile, session: profile.session } };
}
