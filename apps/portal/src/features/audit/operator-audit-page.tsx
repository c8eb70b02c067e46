import { OperatorHeader } from '../../components/operator/operator-header';
import { useOperator } from '../../server/use-operator';
import { useStrings } from '../../strings';
import { AuditLog } from './audit-log';

/** What was changed that belongs to no organization: sign-ins, people, months, signing keys. */
export function OperatorAuditPage() {
  const { audit } = useStrings();
  const operator = useOperator();
  return (
    <>
      <OperatorHeader title={audit.title} description={audit.operatorText} />
      <AuditLog scope={['operator', 'audit']} ask={(document, variables) => operator.ask(document, variables)} />
    </>
  );
}
