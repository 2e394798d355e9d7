// Names taken in: typed, from a file, or from the name server.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { SubdomainsTaken } from '../../api/types';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, Select, TextArea } from '../../ui/field';
import { FileDrop } from '../../ui/file_drop';
import { FoldedSection } from '../../ui/fold';
import { ProblemNotice } from '../../ui/notice';
import { Taken } from './taken';
import { TransferDialog } from './transfer_dialog';
import { FORMAT_WORDS } from './words';

// Of the whole request, in JSON: a byte less than the server takes would do, but lines grow by being quoted.
const SIZE_MAX = 3_500_000;
const TIMEOUT_MS = 180_000;

const FORMATS = ['guess', 'names', 'zone', 'transparency', 'hosts', 'dhcp'] as const;
type Format = (typeof FORMATS)[number];

interface List {
  content: string;
  format: Format;
}

export function AddCard({ site, domain, open, onTaken }: { site: string; domain: string; open: boolean; onTaken: () => void }) {
  const { t } = useI18n();
  // The first names must not fold what says how they were taken.
  const [wasOpen] = useState(open);
  const [typed, setTyped] = useState('');
  const [missing, setMissing] = useState(false);
  const [format, setFormat] = useState<Format>('guess');
  const [taken, setTaken] = useState<SubdomainsTaken>();
  const [transfer, setTransfer] = useState(false);
  const done = (result: SubdomainsTaken): void => {
    setTaken(result);
    onTaken();
  };
  const take = async (list: List): Promise<void> => {
    setTaken(undefined);
    done(await client.post('/v1/sites/{name}/subdomains', { path: { name: site }, body: list, timeoutMs: TIMEOUT_MS }));
  };
  const add = useAction(async () => {
    await take({ content: typed, format: 'names' });
    setTyped('');
  });
  const read = useAction(async (file: Blob) => take({ content: new TextDecoder().decode(await file.arrayBuffer()), format }));
  function submit(): void {
    setMissing(typed.trim() === '');
    if (typed.trim() !== '') add.run();
  }
  return (
    <FoldedSection id="subdomains-add" heading={t('subdomains.add')} open={wasOpen}>
      <p class="muted">{t('subdomains.add_text')}</p>
      <Form onSubmit={submit}>
        <TextArea
          label={t('subdomains.typed')}
          hint={t('subdomains.typed_hint', { name: `mail.${domain}` })}
          rows={3}
          value={typed}
          onInput={setTyped}
          error={missing ? t('subdomains.typed_needed') : undefined}
          problem={ofField(add.problem, 'content')}
        />
        <ProblemNotice problem={ofNoField(add.problem, ['content'])} />
        <div class="row">
          <Button type="submit" busy={add.busy}>
            {t('subdomains.typed_act')}
          </Button>
        </div>
      </Form>
      <div class="stack">
        <h3>{t('subdomains.file')}</h3>
        <div class="narrow">
          <Select
            label={t('subdomains.format')}
            value={format}
            onChange={setFormat}
            choices={FORMATS.map((value) => ({ value, label: t(value === 'guess' ? 'subdomains.format_guess' : FORMAT_WORDS[value]) }))}
          />
        </div>
        <FileDrop
          label={t('subdomains.file_label')}
          hint={t('subdomains.file_hint')}
          multiple={false}
          maxSize={SIZE_MAX}
          onFiles={([file]) => {
            if (file !== undefined) read.run(file);
          }}
          onText={(text) => read.run(new Blob([text]))}
        />
        {read.busy && <p role="status">{t('subdomains.file_reading')}</p>}
        <ProblemNotice problem={read.problem} />
      </div>
      <div class="stack">
        <h3>{t('subdomains.transfer')}</h3>
        <div class="row">
          <Button describedBy="subdomains-transfer" onClick={() => setTransfer(true)}>
            {t('subdomains.transfer_open')}
          </Button>
          <span id="subdomains-transfer" class="small muted">
            {t('subdomains.transfer_text')}
          </span>
        </div>
      </div>
      <div aria-live="polite">{taken !== undefined && <Taken taken={taken} />}</div>
      {transfer && <TransferDialog site={site} domain={domain} onDone={done} onClose={() => setTransfer(false)} />}
    </FoldedSection>
  );
}
