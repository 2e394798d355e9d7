// All names of a zone, asked of its name server (AXFR). The key is used once, and kept nowhere: not here, not on the server.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { SubdomainsTaken } from '../../api/types';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Form, PasswordField, Select, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';

const PORT = 53;
// A large zone takes its time.
const TIMEOUT_MS = 180_000;
const ALGORITHMS = ['hmac-sha256', 'hmac-sha512'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
const FIELDS = ['server', 'port', 'zone', 'key.name', 'key.algorithm', 'key.secret'];

export function TransferDialog({ site, domain, onDone, onClose }: { site: string; domain: string; onDone: (taken: SubdomainsTaken) => void; onClose: () => void }) {
  const { t } = useI18n();
  const [server, setServer] = useState('');
  const [port, setPort] = useState(String(PORT));
  const [zone, setZone] = useState(domain);
  const [keyName, setKeyName] = useState('');
  const [algorithm, setAlgorithm] = useState<Algorithm>('hmac-sha256');
  const [secret, setSecret] = useState('');
  const [missing, setMissing] = useState(false);
  const transfer = useAction(async () => {
    const key = keyName.trim() === '' && secret === '' ? null : { name: keyName.trim(), algorithm, secret: secret.trim() };
    const taken = await client.post('/v1/sites/{name}/subdomains/transfer', {
      path: { name: site },
      body: { server: server.trim(), port: Number(port), zone: zone.trim(), key },
      timeoutMs: TIMEOUT_MS,
    });
    onClose();
    onDone(taken);
  });
  const problemOf = (field: string) => ofField(transfer.problem, field);
  function submit(): void {
    setMissing(server.trim() === '');
    if (server.trim() !== '') transfer.run();
  }
  return (
    <Dialog title={t('subdomains.transfer')} onClose={onClose} busy={transfer.busy}>
      <Form onSubmit={submit}>
        <p class="muted">{t('subdomains.transfer_what')}</p>
        <TextField
          label={t('subdomains.server')}
          hint={t('subdomains.server_hint')}
          value={server}
          onInput={setServer}
          technical
          autocomplete="off"
          error={missing ? t('subdomains.server_needed') : undefined}
          problem={problemOf('server')}
        />
        <TextField label={t('subdomains.port')} value={port} onInput={setPort} inputMode="numeric" technical autocomplete="off" problem={problemOf('port')} />
        <TextField label={t('subdomains.zone')} hint={t('subdomains.zone_hint')} value={zone} onInput={setZone} technical autocomplete="off" problem={problemOf('zone')} />
        <TextField label={t('subdomains.key_name')} hint={t('subdomains.key_name_hint')} value={keyName} onInput={setKeyName} technical autocomplete="off" optional problem={problemOf('key.name')} />
        <Select label={t('subdomains.key_algorithm')} value={algorithm} onChange={setAlgorithm} choices={ALGORITHMS.map((value) => ({ value, label: value }))} problem={problemOf('key.algorithm')} />
        <PasswordField label={t('subdomains.key_secret')} hint={t('subdomains.key_secret_hint')} value={secret} onInput={setSecret} autocomplete="off" optional problem={problemOf('key.secret')} />
        <ProblemNotice problem={ofNoField(transfer.problem, FIELDS)} />
        <DialogActs act={t('subdomains.transfer_act')} busy={transfer.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}
