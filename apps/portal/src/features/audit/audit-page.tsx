import { DownloadButton } from '../../components/actions/download-button';
import { PageHeader } from '../../components/page-header';
import { ask, organizationActedFor } from '../../server/ask';
import { useStrings } from '../../strings';
import { AuditLog } from './audit-log';

/** Who changed what in the organization. */
export function AuditPage() {
  const { audit } = useStrings();
  // A file that can be verified.
  const log = <DownloadButton address="/v1/audit.jsonl" fallbackName="audit.jsonl" label={audit.download} failedTitle={audit.downloadFailed} />;
  return (
    <>
      <PageHeader title={audit.title} description={audit.text} actions={log} />
      <AuditLog scope={['audit', organizationActedFor() ?? '']} ask={ask} />
    </>
  );
}
