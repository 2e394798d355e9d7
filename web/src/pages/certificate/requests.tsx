// Requests for certificates (CSR): the key is made here and stays here; the request goes to an authority, and what comes
// back is uploaded without a key.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { copy } from '../../lib/copy';
import { saveAs } from '../../lib/save';
import { href } from '../../router';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button, LinkButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Form, Select, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';

type Request = Result<'get', '/v1/sites/{name}/certificate-requests'>['requests'][number];

function RequestItem({ site, request, mayChange, onChanged }: { site: string; request: Request; mayChange: boolean; onChanged: () => void }) {
  const { t, rich, format } = useI18n();
  const [asking, setAsking] = useState(false);
  const remove = useAction(async () => {
    await client.delete('/v1/sites/{name}/certificate-requests', { path: { name: site }, body: { id: request.id } });
    setAsking(false);
    onChanged();
  });
  const take = async (): Promise<void> => {
    if (await copy(request.request_pem)) announce(t('ways.copied'));
    else announce(t('ways.not_copied'), 'warn');
  };
  return (
    <li class="certificate-request stack">
      <p>
        <span class="strong">{rich('ways.request_made', { moment: <Moment at={request.made} as="dateTime" /> })}</span>
        <br />
        <span class="muted">{format.list(request.names ?? [])}</span>
      </p>
      <pre class="certificate-pem" tabIndex={0} aria-label={t('ways.request_text')}>
        {request.request_pem}
      </pre>
      <div class="row">
        <Button onClick={() => void take()}>{t('ways.copy')}</Button>
        <Button icon="download" onClick={() => saveAs(`${site}.csr`, new Blob([request.request_pem], { type: 'application/pkcs10' }))}>
          {t('ways.download')}
        </Button>
        {mayChange && (
          <Button kind="quiet" onClick={() => setAsking(true)}>
            {t('ways.request_remove')}
          </Button>
        )}
      </div>
      {asking && (
        <ConfirmDialog title={t('ways.request_remove')} act={t('ways.request_remove')} danger busy={remove.busy} problem={remove.problem} onConfirm={() => remove.run()} onClose={() => setAsking(false)}>
          <p>{t('ways.request_remove_hint')}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

const NAME = 'common_name';

function NewRequest({ site, onMade }: { site: string; onMade: () => void }) {
  const { t } = useI18n();
  const [key, setKey] = useState<'ecdsa' | 'rsa'>('ecdsa');
  const [name, setName] = useState('');
  const make = useAction(async () => {
    await client.post('/v1/sites/{name}/certificate-requests', { path: { name: site }, body: { key, ...(name.trim() !== '' && { common_name: name.trim() }) } });
    setName('');
    onMade();
  });
  return (
    <Form onSubmit={make.run} label={t('ways.request_new')}>
      <Select
        label={t('ways.request_key')}
        value={key}
        onChange={setKey}
        choices={[
          { value: 'ecdsa', label: t('ways.request_key_ecdsa') },
          { value: 'rsa', label: t('ways.request_key_rsa') },
        ]}
      />
      <TextField label={t('ways.request_name')} hint={t('ways.request_name_hint')} optional value={name} onInput={setName} technical autocomplete="off" problem={ofField(make.problem, NAME)} />
      <ProblemNotice problem={ofNoField(make.problem, [NAME])} />
      <div class="row">
        <Button type="submit" kind="main" busy={make.busy}>
          {t('ways.request_act')}
        </Button>
      </div>
    </Form>
  );
}

export function Requests({ site, mayChange }: { site: string; mayChange: boolean }) {
  const { t } = useI18n();
  const query = useQuery('/v1/sites/{name}/certificate-requests', { path: { name: site } });
  return (
    <div class="stack">
      <p>{t('ways.request_lead')}</p>
      <Loaded query={query}>
        {({ requests }) => (
          <>
            {requests.length > 0 && (
              <>
                <ul class="certificate-requests" aria-label={t('ways.requests')}>
                  {requests.map((request) => (
                    <RequestItem key={request.id} site={site} request={request} mayChange={mayChange} onChanged={query.refetch} />
                  ))}
                </ul>
                {mayChange && (
                  <div class="row">
                    <LinkButton icon="upload" kind="main" href={`${href('/sites/:name/certificate', { name: site })}?way=upload`}>
                      {t('ways.request_back')}
                    </LinkButton>
                    <span class="small muted">{t('ways.request_back_hint')}</span>
                  </div>
                )}
              </>
            )}
            {mayChange && (requests.length === 0 ? <NewRequest site={site} onMade={query.refetch} /> : (
              <details class="certificate-details">
                <summary>{t('ways.request_another')}</summary>
                <NewRequest site={site} onMade={query.refetch} />
              </details>
            ))}
          </>
        )}
      </Loaded>
    </div>
  );
}
