import { Fact } from '../../../components/facts/facts';
import { SafeText } from '../../../components/safe-text';
import { useStrings } from '../../../strings';
import type { ModelVersion } from '../model';

/** What the provider made a version for, and not for; nothing where that is not stated. */
export function IntendedUse({ version }: { version: ModelVersion | undefined }) {
  const { model } = useStrings();
  const { intendedUse, outOfScopeUse } = (version?.manifest ?? {}) as { readonly intendedUse?: string; readonly outOfScopeUse?: string };
  return (
    <>
      {intendedUse !== undefined && (
        <Fact name={model.intendedUse} wide>
          <SafeText text={intendedUse} />
        </Fact>
      )}
      {outOfScopeUse !== undefined && (
        <Fact name={model.outOfScopeUse} wide>
          <SafeText text={outOfScopeUse} />
        </Fact>
      )}
    </>
  );
}
