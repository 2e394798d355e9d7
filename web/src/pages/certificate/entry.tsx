// A certificate from files: given, checked without being stored, and only then put where it is to go.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, PasswordField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { CheckResult } from './check_result';
import { verdictOf } from './faults';
import { type Permission, wayOn } from './guarded';
import { type Piece, needsPassphrase } from './material';
import { Pieces } from './pieces';
import { Refusal } from './refusal';
import { useGuarded } from './use_guarded';

export type Checked = Result<'post', '/v1/certificates/check'>;
// As the API takes it.
export interface Material {
  certificate_files: string[];
  passphrase?: string;
  fetch_intermediates?: true;
}

interface EntryProps {
  site: string;
  act: string; // "Put into service"
  actAnyway: string; // the same for what has faults
  // What the act will do, in a sentence; and what may be chosen with it.
  before: (checked: Checked) => ComponentChildren;
  store: (material: Material, checked: Checked, permission: Permission) => Promise<void>;
}

const PASSPHRASE = 'passphrase';
// Fetching takes up to 30 s.
const FETCH_TIMEOUT_MS = 90_000;

export function Entry({ site, act, actAnyway, before, store }: EntryProps) {
  const { t } = useI18n();
  const [pieces, setPieces] = useState<Piece[]>([]);
  const [passphrase, setPassphrase] = useState('');
  const [result, setResult] = useState<{ checked: Checked; material: Material } | undefined>();
  const check = useAction(async (fetches: boolean) => {
    const material: Material = {
      certificate_files: pieces.map((piece) => piece.base64),
      ...(passphrase !== '' && { passphrase }),
      ...(fetches && { fetch_intermediates: true as const }),
    };
    setResult({ checked: await client.post('/v1/certificates/check', { body: { site, ...material }, timeoutMs: FETCH_TIMEOUT_MS }), material });
  });
  const put = useGuarded(async (permission) => {
    if (result === undefined) return;
    await store(result.material, result.checked, permission);
    setPieces([]);
    setPassphrase('');
    setResult(undefined);
  });

  // What was found was found in what was there before.
  function changed(): void {
    setResult(undefined);
    check.clear();
    put.clear();
  }
  const missing = ofField(check.problem, PASSPHRASE) !== undefined;
  const wrong = result?.checked.findings.some((finding) => finding.id === 'wrong_passphrase') === true;
  const asksPassphrase = missing || wrong || passphrase !== '' || needsPassphrase(pieces);
  const verdict = result === undefined ? undefined : verdictOf(result.checked.findings);

  return (
    <div class="stack">
      <Pieces
        pieces={pieces}
        onPieces={(next) => {
          changed();
          setPieces(next);
        }}
      />
      {pieces.length > 0 && (
        <Form label={t('certificate.check')} onSubmit={() => check.run(false)}>
          {asksPassphrase && (
            <PasswordField
              label={t('certificate.passphrase')}
              hint={t('certificate.passphrase_hint')}
              autocomplete="off"
              value={passphrase}
              onInput={(typed) => {
                if (result !== undefined) changed();
                setPassphrase(typed);
              }}
              error={missing ? t('faults.key_encrypted') : wrong ? t('faults.wrong_passphrase') : undefined}
            />
          )}
          <ProblemNotice problem={ofNoField(check.problem, [PASSPHRASE])} />
          {verdict !== 'good' && (
            <div class="row">
              <Button type="submit" kind={result === undefined ? 'main' : 'plain'} busy={check.busy}>
                {t(result === undefined ? 'certificate.check_act' : 'certificate.check_again')}
              </Button>
              {result === undefined && <span class="small muted">{t('certificate.check_hint')}</span>}
            </div>
          )}
        </Form>
      )}
      {result !== undefined && verdict !== undefined && (
        <div class="stack" aria-live="polite">
          <CheckResult checked={result.checked} verdict={verdict} fetch={{ run: () => check.run(true), busy: check.busy, done: result.material.fetch_intermediates === true }} />
          {verdict !== 'refused' && (
            <>
              {before(result.checked)}
              <Refusal site={site} guarded={put} act={actAnyway} />
              {wayOn(put.problem) === undefined && (
                <div class="row">
                  <Button kind={verdict === 'good' ? 'main' : 'plain'} busy={put.busy} onClick={put.run}>
                    {verdict === 'good' ? act : actAnyway}
                  </Button>
                </div>
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}
