// The site as text: edited, with what would change as the server judges it, and saved for the state that was shown.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { cache } from '../../api/cache';
import { answer, rehearse } from '../../api/client';
import type { Problem } from '../../api/problem';
import { useMay } from '../../api/session';
import type { Site } from '../../api/types';
import { urlOf } from '../../api/url';
import { useI18n } from '../../i18n';
import { copy } from '../../lib/copy';
import { saveAs } from '../../lib/save';
import { Button } from '../../ui/button';
import { Form } from '../../ui/field';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { Refusal } from '../certificate/refusal';
import { useGuarded } from '../certificate/use_guarded';
import { Against, DifferenceList } from '../declared/difference_list';
import { nearest } from '../declared/nearest';
import { type Declared, type SiteMistake, declaredIn, textOf } from '../declared/site_text';
import { LinedText } from '../declared/text_field';
import { type Rehearsal, useRehearsal } from '../declared/use_rehearsal';
import { MISTAKE_WORDS } from '../declared/words';
import { undoOfChange } from '../site/undo';

interface Props {
  site: Site;
  etag: string | undefined;
  refetch: () => void;
}

// What was typed, and for which state of the site; as in the form (editor.tsx).
function useText(site: Site, etag: string | undefined) {
  const there = useMemo(() => textOf(site), [site]);
  const [start, setStart] = useState({ site, etag, text: there });
  const [text, setText] = useState(there);
  const hasMoved = there !== start.text;
  const isTouched = text !== start.text;
  const adopt = (next: Site, tag: string | undefined): void => {
    setStart({ site: next, etag: tag, text: textOf(next) });
    setText(textOf(next));
  };
  useEffect(() => {
    if (hasMoved && !isTouched) adopt(site, etag);
    // What else changed is no matter of this text.
    if (!hasMoved && etag !== start.etag) setStart({ ...start, site, etag });
  }, [hasMoved, isTouched, site, etag, start]);
  return { text, setText, adopt, start: start.site, ifMatch: hasMoved ? start.etag : etag, isTouched, isOvertaken: hasMoved && isTouched };
}

function Mistaken({ mistake }: { mistake: SiteMistake }) {
  const { t } = useI18n();
  const { line, path, saying, detail } = mistake;
  const word = path.replace(/^.*\./, '');
  const meant = saying === 'member' ? nearest(word, detail.split(', ')) : undefined;
  return (
    <>
      {t('declared.at_line', { line })} {path !== '' && <code>{path}</code>} {t(MISTAKE_WORDS[saying])}
      {meant !== undefined && <span class="field-fix">{t('declared.meant', { word: meant })}</span>}
      {meant === undefined && (saying === 'member' || saying === 'word') && <span class="field-fix">{t('declared.possible', { words: detail })}</span>}
      {saying === 'syntax' && <span class="field-fix" lang="en">{`${detail}.`}</span>}
    </>
  );
}

function Refused({ line, problem }: { line: number; problem: Problem }) {
  const { t } = useI18n();
  return (
    <>
      {t('declared.at_line', { line })} <code>{problem.field}</code> <ServerText>{problem.detail}</ServerText>
      {problem.fix !== undefined && (
        <span class="field-fix">
          <ServerText>{problem.fix}</ServerText>
        </span>
      )}
    </>
  );
}

// The server names a member of the site; in the file it is one of a list.
function placeOf(declared: Declared | undefined, problem: Problem | undefined): { line: number; problem: Problem } | undefined {
  if (declared === undefined || problem?.field === undefined || problem.field === 'query') return undefined;
  return { line: declared.reading.placeOf(`sites[0].${problem.field}`).line, problem };
}

function Foretold({ rehearsal, declared }: { rehearsal: Rehearsal; declared: Declared | undefined }) {
  const { t } = useI18n();
  const { pending, foreseen, problem } = rehearsal;
  const left = declared?.reading.left ?? [];
  const count = foreseen?.differences.length ?? 0;
  const said = declared === undefined ? t('declared.not_yet') : pending ? t('declared.judging') : foreseen === undefined ? '' : count === 0 ? t('declared.no_difference') : t('declared.differences', { count });
  return (
    <section class="card stack">
      <h2>{t('declared.would_change')}</h2>
      <p role="status" class="muted">
        {said}
      </p>
      {foreseen !== undefined && count > 0 && <DifferenceList differences={foreseen.differences} />}
      {foreseen !== undefined && <Against guards={foreseen.guards} />}
      <ProblemNotice problem={problem?.field === undefined ? problem : undefined} alert={false} />
      {left.length > 0 && (
        <Notice tone="info" title={t('declared.left', { count: left.length })}>
          <ul class="stack-tight">
            {left.map(({ name, why }) => (
              <li key={name}>
                <code>{name}</code> {t(why)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </section>
  );
}

function Acts({ name, text }: { name: string; text: string }) {
  const { t } = useI18n();
  const take = async (): Promise<void> => {
    if (await copy(text)) announce(t('ways.copied'));
    else announce(t('application.not_copied'), 'warn');
  };
  return (
    <>
      <Button onClick={() => void take()}>{t('application.copy')}</Button>
      <Button icon="download" onClick={() => saveAs(`${name}.yaml`, new Blob([text], { type: 'application/yaml' }))}>
        {t('declared.download')}
      </Button>
    </>
  );
}

function Shown({ site }: { site: Site }) {
  const { t } = useI18n();
  const text = textOf(site);
  return (
    <section class="card stack">
      <LinedText label={t('declared.text_of', { name: site.name })} hint={t('declared.what')} value={text} />
      <div class="row">
        <Acts name={site.name} text={text} />
      </div>
    </section>
  );
}

function Editor({ site, etag, refetch }: Props) {
  const { t } = useI18n();
  const { name } = site;
  const path = { name };
  const form = useText(site, etag);
  const { declared, mistake } = useMemo(() => declaredIn(form.text, name), [form.text, name]);
  const input = form.isTouched ? declared?.input : undefined;
  const rehearsal = useRehearsal(input, form.ifMatch, (body, signal) => rehearse('put', '/v1/sites/{name}', { path, body, ifMatch: form.ifMatch, signal }));
  const saving = useGuarded(async (permission) => {
    if (input === undefined) return;
    try {
      const saved = await answer('put', '/v1/sites/{name}', { path, body: { ...input, ...permission }, ifMatch: form.ifMatch });
      const undo = undoOfChange(form.start, saved.data, saved.etag);
      cache.put(urlOf('/v1/sites/{name}', { name }), saved.data, saved.etag);
      form.adopt(saved.data, saved.etag);
      if (saved.data.applied) announce(t('application.saved', { name }), 'pass', undo);
      else announce(t('application.saved_not_applied', { name }), 'warn', undo);
    } finally {
      refetch();
    }
  });
  const refused = placeOf(declared, saving.problem ?? rehearsal.problem);
  const found = refused === undefined ? undefined : { line: refused.line, said: <Refused {...refused} /> };
  const wrong = mistake === undefined ? found : { line: mistake.line, said: <Mistaken mistake={mistake} /> };
  const differs = (rehearsal.foreseen?.differences.length ?? 0) > 0;
  const put = (text: string): void => {
    saving.clear();
    form.setText(text);
  };
  return (
    <>
      <Form label={t('declared.text')} onSubmit={() => saving.run()}>
        <section class="card stack">
          <LinedText label={t('declared.text_of', { name })} hint={t('declared.what')} value={form.text} onInput={put} wrong={wrong} />
          <div class="row">
            <Acts name={name} text={form.text} />
          </div>
        </section>
        {form.isTouched && <Foretold rehearsal={rehearsal} declared={declared} />}
        {form.isOvertaken && (
          <Notice tone="warn" title={t('application.overtaken')} alert>
            <p>{t('application.overtaken_what')}</p>
          </Notice>
        )}
        <div class="row">
          <Button type="submit" kind="main" busy={saving.busy} disabled={!differs || form.ifMatch === undefined}>
            {t('common.save')}
          </Button>
          {form.isTouched && (
            <Button
              onClick={() => {
                saving.clear();
                form.adopt(site, etag);
              }}
            >
              {t(form.isOvertaken ? 'application.show_present' : 'application.reset')}
            </Button>
          )}
          <span class="muted small">{t('application.takes_effect')}</span>
        </div>
      </Form>
      {/* Its dialog has a form of its own. */}
      <Refusal site={name} guarded={{ ...saving, problem: saving.problem?.field === undefined ? saving.problem : undefined }} act={t('application.save_all_the_same')} warning={t('application.override_warning', { name })} />
    </>
  );
}

export default function SiteTextEditor(props: Props) {
  return useMay('operator') ? <Editor {...props} /> : <Shown site={props.site} />;
}
