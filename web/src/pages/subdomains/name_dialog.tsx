// One name with all that is known of it, and what may be said of it: that somebody answers for it, that it is an exception, that it
// is no name of ours.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useMay } from '../../api/session';
import type { Subdomain } from '../../api/types';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { type Fact, Facts } from '../../ui/facts';
import { Field, Form, TextArea } from '../../ui/field';
import { Fold } from '../../ui/fold';
import { ProblemNotice, ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { Badge } from '../../ui/verdict';
import { FLAG_MEANS, FLAG_WORDS, SOURCE_WORDS, STATE_TONES, STATE_WORDS, VERDICT_WORDS } from './words';

interface NameProps {
  site: string;
  child: Subdomain;
  onDone: () => void;
  onClose: () => void;
}

function Known({ child }: { child: Subdomain }) {
  const { t, format } = useI18n();
  const said = (text: string): ComponentChildren => text !== '' && <ServerText>{text}</ServerText>;
  const facts: Fact[] = [
    { name: t('subdomains.state'), value: <Badge tone={STATE_TONES[child.state]}>{t(STATE_WORDS[child.state])}</Badge> },
    { name: t('subdomains.found'), value: <>{t(VERDICT_WORDS[child.verdict])}{child.detail !== '' && <>: <ServerText>{child.detail}</ServerText></>}</> },
    { name: t('subdomains.helps'), value: said(child.fix) },
    {
      name: t('subdomains.flags'),
      value: child.flags.length > 0 && (
        <ul class="stack-tight subdomains-plain">
          {child.flags.map((flag) => (
            <li key={flag}>
              <span class="strong">{t(FLAG_WORDS[flag])}.</span> {t(FLAG_MEANS[flag])}
            </li>
          ))}
        </ul>
      ),
    },
    { name: t('subdomains.sources'), value: format.list(child.sources.map((source) => t(SOURCE_WORDS[source]))) },
    { name: t('subdomains.leads_to'), value: child.cname !== null && <code>{child.cname}</code> },
    { name: t('subdomains.addresses'), value: child.addresses.length > 0 && <code>{child.addresses.join(', ')}</code> },
    { name: t('subdomains.looked_at'), value: child.looked_at !== null && <Moment at={child.looked_at} as="dateTime" /> },
    { name: t('subdomains.added_at'), value: <Moment at={child.added_at} as="dateTime" /> },
  ];
  return <Facts facts={facts} />;
}

function Said({ by, at, text, until }: { by: string; at: string; text: string; until?: string | null }) {
  const { t, rich } = useI18n();
  return (
    <>
      <p>{rich('subdomains.said_by', { who: by, when: <Moment at={at} /> })}</p>
      {text !== '' && <p class="subdomains-quote">{text}</p>}
      {until !== undefined && <p>{until === null ? t('subdomains.until_ever') : rich('subdomains.until_day', { day: <Moment at={until} as="dateTime" /> })}</p>}
    </>
  );
}

function Acts({ site, child, onDone, onClose }: NameProps) {
  const { t } = useI18n();
  const path = { name: site, child: child.name };
  const [comment, setComment] = useState('');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const [until, setUntil] = useState('');
  type Change = Parameters<typeof client.patch<'/v1/sites/{name}/subdomains/{child}'>>[1]['body'];
  const done = (text: string): void => {
    announce(text);
    onDone();
    onClose();
  };
  const change = useAction(async (body: Change, text: string) => {
    await client.patch('/v1/sites/{name}/subdomains/{child}', { path, body });
    done(text);
  });
  const remove = useAction(async () => {
    await client.delete('/v1/sites/{name}/subdomains/{child}', { path });
    done(t('subdomains.removed', { name: child.name }));
  });
  function except(): void {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') change.run({ exception: { reason: reason.trim(), until: until === '' ? null : until } }, t('subdomains.excepted', { name: child.name }));
  }
  return (
    <>
      <ProblemNotice problem={ofNoField(change.problem, ['exception.until'])} />
      {child.sign_off !== null ? (
        <section class="stack-tight">
          <h3>{t('subdomains.signed')}</h3>
          <Said by={child.sign_off.by} at={child.sign_off.at} text={child.sign_off.comment} />
          <div class="row">
            <Button busy={change.busy} onClick={() => change.run({ sign_off: null }, t('subdomains.taken_back', { name: child.name }))}>
              {t('subdomains.sign_back')}
            </Button>
          </div>
        </section>
      ) : (
        child.exception === null && (
          <Fold title={t('subdomains.sign')} open={child.state === 'unknown'}>
            <Form onSubmit={() => change.run({ sign_off: { comment: comment.trim() } }, t('subdomains.signed_off', { name: child.name }))}>
              <p class="muted">{t('subdomains.sign_what')}</p>
              <TextArea label={t('subdomains.comment')} hint={t('subdomains.comment_hint')} rows={2} technical={false} value={comment} onInput={setComment} optional />
              <div class="row">
                <Button type="submit" busy={change.busy}>
                  {t('subdomains.sign_act')}
                </Button>
              </div>
            </Form>
          </Fold>
        )
      )}
      {child.exception !== null ? (
        <section class="stack-tight">
          <h3>{t('subdomains.exception')}</h3>
          <Said by={child.exception.by} at={child.exception.at} text={child.exception.reason} until={child.exception.until} />
          <div class="row">
            <Button busy={change.busy} onClick={() => change.run({ exception: null }, t('subdomains.taken_back', { name: child.name }))}>
              {t('subdomains.except_back')}
            </Button>
          </div>
        </section>
      ) : (
        <Fold title={t('subdomains.except')}>
          <Form onSubmit={except}>
            <p class="muted">{t('subdomains.except_what')}</p>
            <TextArea label={t('common.reason')} hint={t('common.reason_hint')} rows={2} technical={false} value={reason} onInput={setReason} error={missing ? t('common.reason_needed') : undefined} />
            <Field label={t('subdomains.until')} hint={t('subdomains.until_hint')} optional problem={ofField(change.problem, 'exception.until')}>
              {(control) => <input {...control} type="date" class="control subdomains-date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />}
            </Field>
            <div class="row">
              <Button type="submit" busy={change.busy}>
                {t('subdomains.except_act')}
              </Button>
            </div>
          </Form>
        </Fold>
      )}
      <Fold title={t('subdomains.remove')}>
        <p class="muted">{t('subdomains.remove_what')}</p>
        <ProblemNotice problem={remove.problem} />
        <div class="row">
          <Button kind="danger" busy={remove.busy} onClick={() => remove.run()}>
            {t('subdomains.remove_act')}
          </Button>
        </div>
      </Fold>
    </>
  );
}

// To whoever may only look.
function Decisions({ child }: { child: Subdomain }) {
  const { t } = useI18n();
  return (
    <>
      {child.sign_off !== null && (
        <section class="stack-tight">
          <h3>{t('subdomains.signed')}</h3>
          <Said by={child.sign_off.by} at={child.sign_off.at} text={child.sign_off.comment} />
        </section>
      )}
      {child.exception !== null && (
        <section class="stack-tight">
          <h3>{t('subdomains.exception')}</h3>
          <Said by={child.exception.by} at={child.exception.at} text={child.exception.reason} until={child.exception.until} />
        </section>
      )}
    </>
  );
}

export function NameDialog(props: NameProps) {
  const mayChange = useMay('operator');
  return (
    <Dialog title={<span class="subdomains-name">{props.child.name}</span>} onClose={props.onClose} wide>
      <Known child={props.child} />
      {mayChange ? <Acts {...props} /> : <Decisions child={props.child} />}
    </Dialog>
  );
}
