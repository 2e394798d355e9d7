// Making a move: one key for an attempt, however often it has to be repeated because no answer came; made only in view of
// what is shown.
import { useRef } from 'preact/hooks';
import { client } from '../../api/client';
import { idempotencyKey } from '../../api/idempotency';
import { ApiError } from '../../api/problem';
import type { Hsts, Move } from '../../api/types';
import { type I18n, useI18n } from '../../i18n';
import { type Action, useAction } from '../../ui/action';
import { announce } from '../../ui/toast';

export interface Override {
  guards: string[];
  reason: string;
  confirm: string;
}

export interface Around {
  name: string;
  etag: string | undefined; // of what is shown
  refetch: () => void; // everything that a move changes
}

function tell({ t }: I18n, name: string, move: Move, hsts: Hsts | undefined, applied: boolean | undefined): void {
  const said =
    move === 'hold' ? t('hsts.done_hold', { name })
    : typeof hsts?.field === 'string' ? t('hsts.done_sends', { name, field: hsts.field })
    : t('hsts.done_nothing_sent', { name });
  if (applied === false) announce(`${said} ${t('hsts.done_later')}`, 'warn');
  else announce(said);
}

export function useMove(move: Move, { name, etag, refetch }: Around, onMade: () => void): Action<[override?: Override]> {
  const i18n = useI18n();
  const attempt = useRef<{ key: string; content: string } | undefined>(undefined);
  return useAction(async (override?: Override) => {
    const body = { move, ...(override !== undefined && { override }) };
    const content = JSON.stringify(body);
    if (attempt.current?.content !== content) attempt.current = { key: idempotencyKey(), content };
    try {
      const made = await client.post('/v1/sites/{name}/hsts/moves', { path: { name }, body, ifMatch: etag, idempotencyKey: attempt.current.key });
      attempt.current = undefined;
      tell(i18n, name, move, made.hsts, made.applied);
      onMade();
    } catch (error) {
      // An answer, whatever it says, ends the attempt.
      if (error instanceof ApiError && error.problem.status !== 0) attempt.current = undefined;
      throw error;
    } finally {
      refetch();
    }
  });
}
