// Something to be read before one goes on: what is wrong with what to do, a warning, a result that stays.
import type { ComponentChildren } from 'preact';
import { useI18n } from '../i18n';
import { PROOF_NEEDED, type Problem, TIMED_OUT, UNREACHABLE } from '../api/problem';
import { useServerTranslate } from '../i18n/server';
import { begun, ended, sentence } from '../lib/sentence';
import { Icon, type IconName } from './icon';
import { Verdict } from './verdict';
import './notice.css';

type NoticeTone = 'pass' | 'warn' | 'block' | 'info';
const ICONS: Record<NoticeTone, IconName> = { pass: 'pass', warn: 'warn', block: 'block', info: 'info' };

interface NoticeProps {
  tone: NoticeTone;
  title?: ComponentChildren;
  children?: ComponentChildren;
  // It came up in answer to what was done: screen readers say it at once.
  alert?: boolean;
}

export function Notice({ tone, title, children, alert = false }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={alert ? 'alert' : undefined}>
      <Icon name={ICONS[tone]} />
      <div class="stack-tight">
        {title !== undefined && <p class="strong">{title}</p>}
        {children}
      </div>
    </div>
  );
}

// Words of the server, which speaks English, as a sentence in the reader's language; what of it is not known there stays
// English, and screen readers are told.
export function ServerText({ children }: { children: string }) {
  const { language } = useI18n();
  const translate = useServerTranslate(language);
  if (!/\s/.test(children.trim())) return <>{children.trim()}</>; // a name, an address
  if (language === 'en') return <>{sentence(children)}</>;
  const pieces = translate?.(children);
  if (pieces === undefined) return <span lang="en">{sentence(children)}</span>;
  return (
    <>
      {pieces.map((piece, at) => {
        const text = at === 0 ? begun(piece.text) : piece.text;
        const said = at === pieces.length - 1 ? ended(text) : text;
        return piece.english ? (
          <span key={at} lang="en">
            {said}
          </span>
        ) : (
          said
        );
      })}
    </>
  );
}

function useHeadline(): (problem: Problem) => ComponentChildren {
  const { t, format } = useI18n();
  return (problem) => {
    if (problem.code === UNREACHABLE) return t('common.unreachable');
    if (problem.code === TIMED_OUT) return t('common.timed_out');
    if (problem.code === PROOF_NEEDED) return t('proof.not_given');
    if (problem.retryAfterSeconds !== undefined) return t('common.try_again_in', { time: format.duration(problem.retryAfterSeconds) });
    const said = problem.detail !== '' ? problem.detail : problem.title;
    return said === '' ? t('common.failed') : <ServerText>{said}</ServerText>;
  };
}

// A refusal with its reason, its fix, and the guards that stand against it.
export function ProblemNotice({ problem, alert = true }: { problem: Problem | undefined; alert?: boolean }) {
  const headline = useHeadline();
  if (problem === undefined) return null;
  const guards = (problem.guards ?? []).filter((guard) => guard.verdict !== 'pass');
  return (
    <Notice tone="block" title={headline(problem)} alert={alert}>
      {problem.fix !== undefined && problem.code !== PROOF_NEEDED && (
        <p>
          <ServerText>{problem.fix}</ServerText>
        </p>
      )}
      {guards.length > 0 && (
        <ul class="notice-guards">
          {guards.map((guard) => (
            <li key={`${guard.site ?? ''} ${guard.guard}`}>
              <Verdict verdict={guard.verdict} />
              <div>
                <p>
                  <ServerText>{guard.why}</ServerText>
                </p>
                {guard.fix !== undefined && (
                  <p class="muted small">
                    <ServerText>{guard.fix}</ServerText>
                  </p>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
