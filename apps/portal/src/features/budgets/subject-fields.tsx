import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { BudgetKeysDocument, type BudgetResultFieldsFragment, type BudgetScope } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { problemOf } from './terms';

export interface Subject {
  readonly scope: BudgetScope;
  readonly keyId: string;
  readonly model: string;
}

interface SubjectFieldsProps {
  readonly subject: Subject;
  readonly change: (change: Partial<Subject>) => void;
  readonly result: BudgetResultFieldsFragment | undefined;
}

const SCOPES = ['ORGANIZATION', 'KEY', 'MODEL'] as const satisfies readonly BudgetScope[];

/** Whose calls a budget is for. Who may not see the keys can name one by its id. */
export function SubjectFields({ subject, change, result }: SubjectFieldsProps) {
  const { budgets: strings } = useStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const seesKeys = can('keys:manage');
  const { data } = useQuery({ queryKey: ['keys', organization, 'budgets'], queryFn: ({ signal }) => ask(BudgetKeysDocument, undefined, signal), enabled: seesKeys && subject.scope === 'KEY' });
  const keys = (data?.apiKeys ?? []).filter(({ revokedAt }) => revokedAt == null).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }));
  const wrong = { key: problemOf(result, 'keyId'), model: problemOf(result, 'model') };
  return (
    <>
      <Select label={strings.whose} data={SCOPES.map((value) => ({ value, label: strings.scopeNames[value] }))} value={subject.scope} onChange={(scope) => change({ scope: scope as BudgetScope })} allowDeselect={false} maw={320} />
      {subject.scope === 'KEY' && seesKeys && <Select label={strings.key} description={strings.keyText} data={keys} value={subject.keyId || null} onChange={(keyId) => change({ keyId: keyId ?? '' })} error={wrong.key} searchable required />}
      {subject.scope === 'KEY' && !seesKeys && <TextInput label={strings.keyId} description={strings.keyText} value={subject.keyId} onChange={({ currentTarget }) => change({ keyId: currentTarget.value })} error={wrong.key} required />}
      {subject.scope === 'MODEL' && <TextInput label={strings.model} placeholder="owner/name" value={subject.model} onChange={({ currentTarget }) => change({ model: currentTarget.value })} error={wrong.model} autoComplete="off" required />}
    </>
  );
}
