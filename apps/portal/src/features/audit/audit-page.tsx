import { PageHeader } from '../../components/page-header';
import { ask, organizationActedFor } from '../../server/ask';
import { useStrings } from '../../strings';
import { AuditLog } from './audit-log';
import { DownloadLog } from './download-log';

/** Who changed what in the organization. */
export function AuditPage() {
  const { audit } = useStrings();
  return (
    <>
      <PageHeader title={audit.title} description={audit.text} actions={<DownloadLog />} />
      <AuditLog scope={['audit', organizationActedFor() ?? '']} ask={ask} />
    </>
  );
}
