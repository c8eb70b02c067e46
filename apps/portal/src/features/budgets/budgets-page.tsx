import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Waiting } from '../../components/waiting';
import { BudgetsDocument, type BudgetFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { BudgetCard } from './budget-card';
import { ChangeBudget } from './change-budget';
import { CreateBudget } from './create-budget';
import { EndBudget } from './end-budget';
import { WebhookSecret } from '../../components/webhook-secret';

type Doing = { what: 'create' } | { what: 'change' | 'end'; budget: BudgetFieldsFragment } | { what: 'keep'; secret: string };

const REFRESH_MS = 10_000;

/** The limits that the organization has set itself, and what is used of them. */
export function BudgetsPage() {
  const { budgets: strings } = useStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const { data, error, refetch } = useQuery({ queryKey: ['budgets', organization], queryFn: ({ signal }) => ask(BudgetsDocument, undefined, signal), refetchInterval: REFRESH_MS });
  const [doing, setDoing] = useState<Doing>();
  const [ended, setEnded] = useState(false);
  const close = () => setDoing(undefined);
  const saved = (secret: string | null | undefined) => setDoing(secret == null ? undefined : { what: 'keep', secret });

  const all = data?.budgets ?? [];
  const open = all.filter(({ endedAt }) => endedAt == null);
  const create = can('budgets:manage') && <Button onClick={() => setDoing({ what: 'create' })}>{strings.create}</Button>;
  return (
    <>
      <PageHeader title={strings.title} description={strings.text} actions={open.length > 0 && create} />
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
      {data && open.length === 0 && (
        <EmptyState title={strings.none} text={strings.noneText}>
          {create}
        </EmptyState>
      )}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {(ended ? all : open).map((budget) => (
          <BudgetCard key={budget.id} budget={budget} change={() => setDoing({ what: 'change', budget })} end={() => setDoing({ what: 'end', budget })} />
        ))}
      </Stack>
      {all.length > open.length && (
        <Button variant="subtle" size="compact-sm" mt="md" onClick={() => setEnded(!ended)} aria-expanded={ended}>
          {ended ? strings.hideEnded : strings.showEnded}
        </Button>
      )}
      {doing?.what === 'create' && <CreateBudget close={close} saved={saved} />}
      {doing?.what === 'change' && <ChangeBudget budget={doing.budget} close={close} saved={saved} />}
      {doing?.what === 'end' && <EndBudget budget={doing.budget} close={close} />}
      {doing?.what === 'keep' && <WebhookSecret secret={doing.secret} close={close} />}
    </>
  );
}
