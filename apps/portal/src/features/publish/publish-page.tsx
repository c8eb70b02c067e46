import { useCallback, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { PageHeader } from '../../components/page-header';
import { useStrings } from '../../strings';
import { PastPublications } from './progress/past-publications';
import { PublicationView } from './progress/publication-view';
import type { Publication } from './progress/use-publication';
import { PublishForm } from './publish-form';
import { usePublishing } from './upload/use-publishing';
import { useLeaveWarning } from './use-leave-warning';

/** Publishes a folder and shows how it goes; the address names the publication that is shown, so that a reload finds it again. */
export function PublishPage() {
  const { publish } = useStrings();
  const { organization } = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const [status, setStatus] = useState<Publication['status']>();
  const shown = search.get('publication');

  const show = useCallback(
    (id: string) => {
      setStatus('RUNNING');
      setSearch({ publication: id });
    },
    [setSearch],
  );
  const publishing = usePublishing(show);
  const { wanted, stay } = useLeaveWarning(publishing.progress !== undefined);
  const again = useCallback(() => setSearch({}), [setSearch]);

  return (
    <>
      <PageHeader title={publish.title} description={publish.description} />
      {shown !== null && <PublicationView key={shown} id={shown} onAnother={again} onStatus={setStatus} />}
      {/* Hidden and not gone: what was entered is there again when the publication fails. */}
      <div hidden={shown !== null && status !== 'FAILED'}>
        <PublishForm publishing={publishing} />
      </div>
      <PastPublications address={`/org/${organization}/publish`} />
      <Confirm opened={wanted !== undefined} title={publish.leaveTitle} verb={publish.leave} danger onConfirm={() => wanted !== undefined && void navigate(wanted)} onClose={stay}>
        {publish.leaveText}
      </Confirm>
    </>
  );
}
