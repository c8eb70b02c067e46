import { expect, it } from '@jest/globals';
import { describePlatform, newName, writeEchoPackage } from '@steelyard/test-support';

const PUBLISHERS = 3;

describePlatform('tenants who race for the same names', (context) => {
  it('each get their own model of that name, once, and nothing of the other’s', async () => {
    const platform = context.platform();
    const handles = [newName('one'), newName('two')];
    const keys = await Promise.all(handles.map((handle) => platform.openOrganization(handle, '1.00')));
    // The same name, version and files but for one, which tells whose it is.
    const folders = await Promise.all(handles.map((handle) => writeEchoPackage({ name: 'same', files: { 'weights.json': JSON.stringify({ of: handle }) } })));
    const publish = async (tenant: number) => (await platform.cli(keys[tenant]!, 'publish', folders[tenant]!, '--json')).code;
    const codes = await Promise.all(handles.map((_, tenant) => Promise.all(Array.from({ length: PUBLISHERS }, () => publish(tenant)))));
    for (const ofTenant of codes) expect(ofTenant.filter((code) => code === 0).length).toBeGreaterThanOrEqual(1);
    for (const [tenant, handle] of handles.entries()) {
      const { model, models } = await platform.graphql(keys[tenant], `{ model(ref: "${handle}/same") { versions { version state files } } models(owner: "${handle}") { nodes { name } } }`);
      expect(models.nodes).toEqual([{ name: 'same' }]);
      expect(model.versions.filter(({ state }: { state: string }) => state === 'READY')).toHaveLength(1);
      expect((await platform.predict(keys[tenant]!, `${handle}/same`, { text: handle })).body).toEqual({ text: handle });
      const foreign = await platform.predict(keys[1 - tenant]!, `${handle}/same`, { text: 'x' });
      expect([foreign.status, foreign.body.error.code]).toEqual([404, 'CATALOG.MODEL_NOT_FOUND']);
    }
    const shas = await Promise.all(
      handles.map(async (handle, tenant) => {
        const { model } = await platform.graphql(keys[tenant], `{ model(ref: "${handle}/same") { versions { files } } }`);
        return (model.versions[0].files as { path: string; sha256: string }[]).find(({ path }) => path === 'weights.json')!.sha256;
      }),
    );
    expect(new Set(shas).size).toBe(2);
  }, 60_000);
});
