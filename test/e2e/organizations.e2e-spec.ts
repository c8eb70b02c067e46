import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, signInAs, type PlatformClient } from '@steelyard/test-support';

/** Somebody who has signed in through the development issuer, and talks GraphQL as the portal does. */
class Visitor {
  private constructor(
    private readonly origin: string,
    private readonly cookie: string,
  ) {}

  static async signIn(platform: PlatformClient, email: string): Promise<Visitor> {
    const { browser } = await signInAs(email, `${platform.url}/auth/sign-in`);
    return new Visitor(browser.url.origin, browser.cookieFor(browser.url));
  }

  async ask(organization: string | undefined, query: string, variables: object = {}): Promise<{ data: any; codes: string[] }> {
    const headers = { 'content-type': 'application/json', cookie: this.cookie, origin: this.origin, ...(organization ? { 'steelyard-organization': organization } : {}) };
    const response = await fetch(`${this.origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors = [] } = (await response.json()) as { data: any; errors?: { extensions: { code: string } }[] };
    return { data, codes: errors.map(({ extensions }) => extensions.code) };
  }
}

const OPEN = 'mutation ($handle: String!) { createOrganization(input: { handle: $handle, name: "Acme Ltd" }) { organization { members { email role you joined } } apiKey { id } secret } }';
const INVITE = 'mutation ($email: String!, $role: Role!) { inviteMember(input: { email: $email, role: $role }) { invitation { id state } link } }';
const ACCEPT = 'mutation ($token: String!) { acceptInvitation(token: $token) { organization { handle } role permissions } }';
const PREVIEW = 'query ($token: String!) { invitation(token: $token) { email organizationHandle state forYou } }';

describePlatform('people and their organization', (context) => {
  const [acme, second] = [newName('acme'), newName('second')];
  /** Somebody's address at this organization: on a platform of many, people are others' as well. */
  const at = (name: string) => `${name}@${acme}.example`;
  let platform: PlatformClient;
  let ada: Visitor;
  let bo: Visitor;
  let token: string;

  beforeAll(async () => {
    platform = context.platform();
    [ada, bo] = [await Visitor.signIn(platform, at('ada')), await Visitor.signIn(platform, at('bo'))];
  }, 120_000);

  it('open one, are its owner, and have something to try it with', async () => {
    const { data } = await ada.ask(undefined, OPEN, { handle: acme });
    expect(data.createOrganization).toEqual({ organization: { members: [{ email: at('ada'), role: 'OWNER', you: true, joined: true }] }, apiKey: null, secret: null });
    expect((await ada.ask(acme, '{ balance { available } }')).data).toEqual({ balance: { available: '10.00' } });
    const memberships = '{ viewer { memberships { organization { handle members { email } invitations { id } } } } }';
    await ada.ask(acme, OPEN, { handle: second });
    expect((await ada.ask(acme, memberships)).data.viewer.memberships).toEqual(
      [acme, second].map((handle) => ({ organization: { handle, members: [{ email: at('ada') }], invitations: [] } })),
    );
    expect((await bo.ask(undefined, OPEN, { handle: acme })).codes).toEqual(['IDENTITY.HANDLE_TAKEN']);
    expect((await bo.ask(acme, '{ viewer { scopes } }')).codes).toEqual(['IDENTITY.NOT_A_MEMBER']);
  });

  it('invite others by a link, which is for one of them and good for once', async () => {
    const invited = await ada.ask(acme, INVITE, { email: at('bo'), role: 'DEVELOPER' });
    const { link } = invited.data.inviteMember as { link: string };
    expect(link).toMatch(/^http:\/\/localhost:\d+\/invitations\/[\w-]{43}$/);
    token = link.slice(-43);
    expect((await bo.ask(undefined, PREVIEW, { token })).data).toEqual({ invitation: { email: at('bo'), organizationHandle: acme, state: 'OPEN', forYou: true } });
    const eve = await Visitor.signIn(platform, at('eve'));
    expect((await eve.ask(undefined, ACCEPT, { token })).codes).toEqual(['IDENTITY.INVITATION_FOR_ANOTHER']);
    const accepted = await bo.ask(undefined, ACCEPT, { token });
    expect(accepted.data.acceptInvitation).toMatchObject({ organization: { handle: acme }, role: 'DEVELOPER' });
    expect((await bo.ask(undefined, ACCEPT, { token })).data).toEqual(accepted.data);
    expect((await ada.ask(acme, `{ organization(handle: "${acme}") { invitations { email state } } }`)).data.organization.invitations).toEqual([{ email: at('bo'), state: 'ACCEPTED' }]);
  });

  it('cannot raise themselves, nor leave the organization without an owner', async () => {
    const { data } = await bo.ask(acme, `{ organization(handle: "${acme}") { members { id you } } }`);
    const [adaId, boId] = [false, true].map((you) => data.organization.members.find((member: { you: boolean }) => member.you === you).id as string);
    const change = (who: Visitor, id: string, role: string) => who.ask(acme, 'mutation ($id: ID!, $role: Role!) { changeMemberRole(input: { memberId: $id, role: $role }) { role } }', { id, role });
    expect((await change(bo, boId!, 'OWNER')).codes).toEqual(['IDENTITY.FORBIDDEN']);
    expect((await bo.ask(acme, INVITE, { email: at('friend'), role: 'OWNER' })).codes).toEqual(['IDENTITY.FORBIDDEN']);
    expect((await change(ada, boId!, 'ADMIN')).data).toEqual({ changeMemberRole: { role: 'ADMIN' } });
    // What a role allows is heard of within milliseconds, not at once.
    const asAdmin = async () => (await bo.ask(acme, INVITE, { email: at('friend'), role: 'VIEWER' })).codes;
    for (let tries = 0; tries < 100 && (await asAdmin()).length > 0; tries += 1) await new Promise((later) => setTimeout(later, 20));
    expect((await change(bo, boId!, 'OWNER')).codes).toEqual(['IDENTITY.OWNERS_ONLY']);
    expect((await change(bo, adaId!, 'VIEWER')).codes).toEqual(['IDENTITY.OWNERS_ONLY']);
    expect((await ada.ask(acme, 'mutation { leaveOrganization }')).codes).toEqual(['IDENTITY.LAST_OWNER']);
    expect((await change(ada, adaId!, 'ADMIN')).codes).toEqual(['IDENTITY.LAST_OWNER']);
  });

  it('make keys, rotate them, and take them along when they go', async () => {
    const made = await bo.ask(acme, 'mutation { createApiKey(input: { name: "bo", scopes: ["predict", "usage:read"] }) { apiKey { id createdBy { email } } secret } }');
    const { apiKey, secret } = made.data.createApiKey;
    expect(apiKey.createdBy).toEqual({ email: at('bo') });
    const rotated = await bo.ask(acme, 'mutation ($id: ID!) { rotateApiKey(input: { id: $id, overlapHours: 1 }) { apiKey { id name } secret } }', { id: apiKey.id });
    const fresh = rotated.data.rotateApiKey;
    const scopesOf = async (key: string) => (await platform.graphql(key, '{ viewer { scopes } }')).viewer.scopes;
    for (const key of [secret, fresh.secret]) expect(await scopesOf(key)).toEqual(['predict', 'usage:read']);
    expect((await bo.ask(acme, '{ apiKeys { id rotatedToId } }')).data.apiKeys).toContainEqual({ id: apiKey.id, rotatedToId: fresh.apiKey.id });
    expect((await bo.ask(acme, 'mutation { leaveOrganization }')).data).toEqual({ leaveOrganization: true });
    for (const key of [secret, fresh.secret]) expect(await scopesOf(key)).toEqual([]);
    expect((await bo.ask(acme, '{ viewer { scopes } }')).codes).toEqual(['IDENTITY.NOT_A_MEMBER']);
    expect((await bo.ask(undefined, ACCEPT, { token })).codes).toEqual(['IDENTITY.INVITATION_USED']);
  });
});
