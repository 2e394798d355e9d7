// The files and texts that were given so far, and the place to give more.
import { useState } from 'preact/hooks';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { TextArea } from '../../ui/field';
import { FileDrop } from '../../ui/file_drop';
import { ProblemNotice } from '../../ui/notice';
import { FILE_SIZE_MAX, type Holding, type Piece, countOf, pieceOf, pieceOfFile, withMore } from './material';

const HOLDINGS = ['certificate', 'key', 'encrypted_key', 'request', 'pkcs7', 'pkcs12'] as const satisfies readonly Holding[];

function PieceLine({ piece, onRemove }: { piece: Piece; onRemove: () => void }) {
  const { t, format } = useI18n();
  const words = HOLDINGS.flatMap((holding) => {
    const count = countOf(piece, holding);
    return count === 0 ? [] : [holding === 'certificate' ? t('certificate.holds_certificate', { count }) : t(`certificate.holds_${holding}`)];
  });
  return (
    <li class="certificate-piece">
      <div>
        <span class="strong">{piece.name}</span>{' '}
        <span class="small muted">
          {format.bytes(piece.size)}
          {words.length > 0 && ` · ${format.list(words)}`}
        </span>
      </div>
      <Button kind="quiet" icon="close" label={t('certificate.remove_piece', { name: piece.name })} onClick={onRemove}>
        {t('certificate.remove')}
      </Button>
    </li>
  );
}

function PasteArea({ onText }: { onText: (text: string) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  return (
    <details class="certificate-details">
      <summary>{t('certificate.paste')}</summary>
      <div class="stack">
        <TextArea label={t('certificate.paste_label')} hint={t('certificate.paste_hint')} placeholder="-----BEGIN CERTIFICATE-----" value={text} onInput={setText} />
        <div class="row">
          <Button
            icon="add"
            disabled={text.trim() === ''}
            onClick={() => {
              onText(text);
              setText('');
            }}
          >
            {t('certificate.paste_act')}
          </Button>
        </div>
      </div>
    </details>
  );
}

export function Pieces({ pieces, onPieces }: { pieces: readonly Piece[]; onPieces: (pieces: Piece[]) => void }) {
  const { t } = useI18n();
  const read = useAction(async (files: File[]) => {
    onPieces(withMore(pieces, await Promise.all(files.map(pieceOfFile))));
  });
  const paste = (text: string): void => {
    const number = pieces.filter((piece) => piece.pasted).length + 1;
    onPieces(withMore(pieces, [{ ...pieceOf(t('certificate.pasted', { number }), new TextEncoder().encode(text)), pasted: true }]));
  };
  return (
    <div class="stack">
      <FileDrop label={t('certificate.drop')} hint={t('certificate.drop_hint')} onFiles={read.run} onText={paste} maxSize={FILE_SIZE_MAX} />
      <ProblemNotice problem={read.problem} />
      <PasteArea onText={paste} />
      {pieces.length > 0 && (
        <ul class="certificate-pieces" aria-label={t('certificate.pieces')}>
          {pieces.map((piece) => (
            <PieceLine key={piece.id} piece={piece} onRemove={() => onPieces(pieces.filter((other) => other !== piece))} />
          ))}
        </ul>
      )}
    </div>
  );
}
