// The words for what is wrong with a certificate that is stored: the faults of any certificate, and what became of it.
import type { CertificateProblem } from '../../api/types';
import type { I18n, PlainKey } from '../../i18n';
import { type FaultId, faultKey, fixKey, isFault, particularsOf } from './faults';

export interface ProblemWords {
  title: string | undefined; // undefined: only the server has words
  particulars: string | undefined; // of the server
  fix: string | undefined;
}

const OWN: Record<string, { title: PlainKey; fix: PlainKey } | undefined> = {
  chain: { title: 'overview.problem_chain', fix: 'certificate.fix_chain' },
  mismatch: { title: 'overview.problem_mismatch', fix: 'certificate.fix_mismatch' },
  not_acknowledged: { title: 'overview.problem_not_acknowledged', fix: 'certificate.fix_not_acknowledged' },
  promise_outlasts: { title: 'overview.problem_promise_outlasts', fix: 'certificate.fix_promise_outlasts' },
  unjudged: { title: 'certificate.problem_unjudged', fix: 'certificate.fix_unjudged' },
  unseen: { title: 'overview.problem_unseen', fix: 'certificate.fix_unseen' },
};

// The same word for a stored certificate means another thing than for a file.
const STORED: Partial<Record<FaultId, { title: PlainKey; fix: PlainKey }>> = {
  unreadable: { title: 'overview.problem_unreadable', fix: 'certificate.fix_unreadable' },
  no_certificate: { title: 'overview.problem_no_certificate', fix: 'certificate.fix_no_certificate' },
  missing_intermediate: { title: 'faults.missing_intermediate', fix: 'certificate.fix_chain' },
};

interface Of {
  days: number | undefined; // that are left
  renewsItself: boolean;
  isOrdered: boolean; // from an authority: its chain is what that gave
}

export function problemWords({ t }: I18n, problem: CertificateProblem, { days, renewsItself, isOrdered }: Of): ProblemWords {
  const { id, text } = problem;
  if (id === 'expiring' && days !== undefined) {
    return { title: t('overview.problem_expiring', { count: days }), particulars: undefined, fix: t(renewsItself ? 'certificate.fix_expiring_automatic' : 'certificate.fix_expiring') };
  }
  const own = OWN[id] ?? (isFault(id) ? STORED[id] : undefined);
  if (id === 'chain' && isOrdered) return { title: t('overview.problem_chain'), particulars: text, fix: t('acme.fix_chain') };
  if (id === 'rsa_side_ends') return { title: t('acme.key_turns_away'), particulars: undefined, fix: t('acme.key_turns_away_fix') };
  if (own !== undefined) return { title: t(own.title), particulars: text, fix: t(own.fix) };
  if (isFault(id)) return { title: t(faultKey(id)), particulars: particularsOf(id, text), fix: t(fixKey(id)) };
  return { title: undefined, particulars: text, fix: problem.fix };
}
