// Adding a channel, or changing one.
import { useState } from 'preact/hooks';
import { answer, client } from '../../api/client';
import type { Channel } from '../../api/types';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Fold } from '../../ui/fold';
import { Checkbox, Form, PasswordField, Radios, Select, TextField } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { type Draft, EVENTS, KINDS, type Security, type Severity, bodyOf, draftOf } from './channel_input';
import { undoOfChange } from './undo';
import { EVENT_WORDS, KIND_WORDS, SEVERITY_WORDS } from './words';

const FIELDS = ['name', 'host', 'port', 'user', 'password', 'from', 'to', 'to[0]', 'url', 'secret', 'facility', 'digest_hour'] as const;
const FACILITIES = ['daemon', 'user', 'mail', 'auth', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

export function ChannelDialog({ present, onClose, onDone }: { present?: Channel; onClose: () => void; onDone: () => void }) {
  const { t } = useI18n();
  const [draft, setDraft] = useState<Draft>(() => draftOf(present));
  const isNew = present === undefined;
  const put = <K extends keyof Draft>(key: K) => (value: Draft[K]): void => setDraft((now) => ({ ...now, [key]: value }));
  const save = useAction(async () => {
    const body = bodyOf(draft, isNew);
    if (isNew) {
      const added = await client.post('/v1/notify/channels', { body });
      announce(t('notify.added', { name: added.name }));
    } else {
      const path = { name: present.name };
      const before = await answer('get', '/v1/notify/channels/{name}', { path });
      const saved = await answer('patch', '/v1/notify/channels/{name}', { path, body, ifMatch: before.etag });
      announce(t('common.saved'), 'pass', undoOfChange(before.data, saved.data, saved.etag, body));
    }
    onDone();
    onClose();
  });
  const at = (field: string) => ofField(save.problem, field);
  const securities: Record<Security, string> = { starttls: 'STARTTLS', tls: 'TLS', none: t('notify.security_none') };

  return (
    <Dialog title={isNew ? t('notify.add') : t('notify.change_of', { name: present.name })} onClose={onClose} busy={save.busy}>
      <Form onSubmit={() => save.run()}>
        {isNew && (
          <>
            <Select label={t('notify.kind')} value={draft.kind} onChange={put('kind')} choices={KINDS.map((kind) => ({ value: kind, label: t(KIND_WORDS[kind]) }))} />
            <TextField label={t('session.name')} hint={t('notify.name_hint')} value={draft.name} onInput={put('name')} technical autocomplete="off" maxLength={32} problem={at('name')} />
          </>
        )}
        {draft.kind === 'email' && (
          <>
            <TextField label={t('notify.to')} hint={t('notify.to_hint')} value={draft.to} onInput={put('to')} technical autocomplete="email" problem={at('to') ?? at('to[0]')} />
            <TextField label={t('notify.from')} hint={t('notify.from_hint')} value={draft.from} onInput={put('from')} technical autocomplete="off" problem={at('from')} />
            <TextField label={t('notify.host')} hint={t('notify.host_hint')} value={draft.host} onInput={put('host')} technical autocomplete="off" problem={at('host')} />
            <Select label={t('notify.security')} value={draft.security} onChange={put('security')} choices={(['starttls', 'tls', 'none'] as const).map((value) => ({ value, label: securities[value] }))} />
            <TextField label={t('notify.port')} hint={t('notify.port_hint')} value={draft.port} onInput={put('port')} type="number" optional problem={at('port')} />
            <TextField label={t('notify.user')} value={draft.user} onInput={put('user')} technical autocomplete="off" optional problem={at('user')} />
            <PasswordField label={t('session.password')} {...(present?.has_password === true && { hint: t('notify.password_stays') })} value={draft.password} onInput={put('password')} autocomplete="off" optional problem={at('password')} />
          </>
        )}
        {draft.kind === 'webhook' && (
          <>
            <TextField label={t('notify.url')} hint={t('notify.url_hint')} value={draft.url} onInput={put('url')} technical autocomplete="off" inputMode="url" problem={at('url')} />
            <PasswordField label={t('notify.secret')} hint={present?.has_secret === true ? t('notify.password_stays') : t('notify.secret_hint')} value={draft.secret} onInput={put('secret')} autocomplete="off" problem={at('secret')} />
          </>
        )}
        {draft.kind === 'syslog' && <Select label={t('notify.facility')} value={draft.facility} onChange={put('facility')} choices={FACILITIES.map((value) => ({ value, label: value }))} problem={at('facility')} />}
        {draft.kind === 'hook' && (
          <Notice tone="info">
            <p>{t('notify.hook_what')}</p>
          </Notice>
        )}
        <Radios<Severity> legend={t('notify.severity')} value={draft.severity} onChange={put('severity')} choices={(['info', 'warning', 'critical'] as const).map((value) => ({ value, label: t(SEVERITY_WORDS[value]) }))} />
        <Fold title={t('notify.events')}>
          <div class="stack-tight">
            {EVENTS.map((event) => (
              <Checkbox key={event} label={t(EVENT_WORDS[event])} checked={draft.events.includes(event)} onChange={(checked) => put('events')(EVENTS.filter((one) => (one === event ? checked : draft.events.includes(one))))} />
            ))}
          </div>
        </Fold>
        <Select label={t('notify.digest')} hint={t('notify.digest_hint')} value={draft.digest} onChange={put('digest')} choices={[{ value: '', label: t('notify.digest_none') }, ...HOURS.map((hour) => ({ value: hour, label: `${hour.padStart(2, '0')}:00 UTC` }))]} problem={at('digest_hour')} />
        <ProblemNotice problem={ofNoField(save.problem, FIELDS)} />
        <DialogActs act={isNew ? t('notify.add_act') : t('common.save')} busy={save.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}
