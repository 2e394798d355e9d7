// Adding an authority, or changing one: the well-known ones by name, any other by the address of its directory.
import { useState } from 'preact/hooks';
import { answer, client } from '../../api/client';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Fold } from '../../ui/fold';
import { Checkbox, Form, PasswordField, Select, TextArea, TextField } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { type Authority, KNOWN, OTHER, contactWords, contactsOf, titleOf } from './authority';
import { undoOfChange } from './undo';

const FIELDS = ['name', 'directory', 'contacts', 'contacts[0]', 'eab_kid', 'eab_key', 'profile', 'preferred_root', 'roots_pem', 'preference'] as const;

interface Props {
  present?: Authority;
  onClose: () => void;
  onDone: () => void;
}

export function AuthorityDialog({ present, onClose, onDone }: Props) {
  const { t } = useI18n();
  const isKnown = (name: string): boolean => KNOWN.some((known) => known.name === name);
  const [choice, setChoice] = useState(present === undefined ? 'letsencrypt' : isKnown(present.name ?? '') ? (present.name ?? '') : OTHER);
  const [name, setName] = useState(present?.name ?? '');
  const [directory, setDirectory] = useState(present?.directory ?? '');
  const [contacts, setContacts] = useState((present?.contacts ?? []).map(contactWords).join(', '));
  const [terms, setTerms] = useState(present?.terms_agreed ?? false);
  const [kid, setKid] = useState(present?.eab_kid ?? '');
  const [key, setKey] = useState('');
  const [preference, setPreference] = useState(String(present?.preference ?? 10));
  const [rehearsal, setRehearsal] = useState(present?.rehearsal ?? false);
  const [profile, setProfile] = useState(present?.profile ?? '');
  const [root, setRoot] = useState(present?.preferred_root ?? '');
  const [roots, setRoots] = useState(present?.roots_pem ?? '');
  const known = KNOWN.find((one) => one.name === choice);
  const binding = known?.binding ?? false;

  const save = useAction(async () => {
    const body = {
      contacts: contactsOf(contacts),
      terms_agreed: terms,
      eab_kid: kid.trim(),
      ...(key !== '' && { eab_key: key.trim() }),
      preference: Number(preference),
      profile: profile.trim(),
      preferred_root: root.trim(),
      ...(known === undefined && { directory: directory.trim(), rehearsal, roots_pem: roots }),
      ...(known !== undefined && present === undefined && { rehearsal: known.rehearsal }),
    };
    if (present === undefined) {
      const added = await client.post('/v1/cas', { body: { name: known?.name ?? name.trim(), ...body } });
      announce(t('authority.added', { name: titleOf(added.name ?? '') }));
    } else {
      const path = { name: present.name ?? '' };
      const before = await answer('get', '/v1/cas/{name}', { path });
      const saved = await answer('patch', '/v1/cas/{name}', { path, body, ifMatch: before.etag });
      announce(t('common.saved'), 'pass', undoOfChange(before.data, saved.data, saved.etag, body));
    }
    onDone();
    onClose();
  });
  const title = present === undefined ? t('authority.add') : t('authority.change_of', { name: titleOf(present.name ?? '') });

  return (
    <Dialog title={title} onClose={onClose} busy={save.busy}>
      <Form onSubmit={() => save.run()}>
        {present === undefined && (
          <Select label={t('authority.which')} value={choice} onChange={setChoice} choices={[...KNOWN.map((one) => ({ value: one.name, label: one.title })), { value: OTHER, label: t('authority.other') }]} />
        )}
        {known === undefined && (
          <>
            {present === undefined && <TextField label={t('authority.name')} hint={t('authority.name_hint')} value={name} onInput={setName} technical autocomplete="off" maxLength={63} problem={ofField(save.problem, 'name')} />}
            <TextField label={t('authority.directory')} hint={t('authority.directory_hint')} value={directory} onInput={setDirectory} technical autocomplete="off" inputMode="url" problem={ofField(save.problem, 'directory')} />
            <Checkbox label={t('authority.rehearsal')} hint={t('authority.rehearsal_hint')} checked={rehearsal} onChange={setRehearsal} />
          </>
        )}
        {known?.rehearsal === true && (
          <Notice tone="info">
            <p>{t('authority.rehearsal_hint')}</p>
          </Notice>
        )}
        <TextField
          label={t('authority.contacts')}
          hint={t('authority.contacts_hint')}
          value={contacts}
          onInput={setContacts}
          technical
          autocomplete="email"
          optional
          problem={ofField(save.problem, 'contacts') ?? ofField(save.problem, 'contacts[0]')}
        />
        <Checkbox label={t('authority.terms')} hint={t('authority.terms_hint')} checked={terms} onChange={setTerms} />
        {(binding || known === undefined) && (
          <>
            <TextField label={t('authority.eab_kid')} hint={t('authority.eab_hint')} value={kid} onInput={setKid} technical autocomplete="off" optional={!binding} problem={ofField(save.problem, 'eab_kid')} />
            <PasswordField label={t('authority.eab_key')} {...(present !== undefined && { hint: t('authority.eab_key_stays') })} value={key} onInput={setKey} autocomplete="off" optional={!binding || present !== undefined} problem={ofField(save.problem, 'eab_key')} />
          </>
        )}
        <Fold title={t('authority.more')}>
            <TextField label={t('authority.preference')} hint={t('authority.preference_hint')} type="number" value={preference} onInput={setPreference} problem={ofField(save.problem, 'preference')} />
            <TextField label={t('authority.profile')} hint={t('authority.profile_hint')} value={profile} onInput={setProfile} technical optional problem={ofField(save.problem, 'profile')} />
            <TextField label={t('authority.root')} hint={t('authority.root_hint')} value={root} onInput={setRoot} optional problem={ofField(save.problem, 'preferred_root')} />
            {known === undefined && <TextArea label={t('authority.roots')} hint={t('authority.roots_hint')} rows={4} value={roots} onInput={setRoots} optional problem={ofField(save.problem, 'roots_pem')} />}
        </Fold>
        <ProblemNotice problem={ofNoField(save.problem, FIELDS)} />
        <DialogActs act={present === undefined ? t('authority.add_act') : t('common.save')} busy={save.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}
