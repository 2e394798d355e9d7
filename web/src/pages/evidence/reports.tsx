// What browsers reported when they did not get in: in words, from how many networks, since the present rung began; what it cannot show;
// and whether they are asked to.
import type { Reports } from '../../api/types';
import { type I18n, type PlainKey, useI18n } from '../../i18n';
import { Fold } from '../../ui/fold';
import { Notice } from '../../ui/notice';
import { type Column, Table } from '../../ui/table';
import { Badge } from '../../ui/verdict';
import { figureWords } from './figure_words';
import { type ReportRow, isOfTls, networksOfTls, reportKind, reportRows } from './report_rows';
import { ReportsSetting } from './reports_setting';

const PHASES: Record<string, PlainKey> = { dns: 'reports.phase_dns', connection: 'reports.phase_connection', application: 'reports.phase_application' };

function phaseWords({ t }: I18n, phase: string | null): string {
  const known = phase === null ? undefined : PHASES[phase];
  return known === undefined ? '' : t(known);
}

function What({ row }: { row: ReportRow }) {
  const { t } = useI18n();
  const kind = reportKind(row.type);
  return (
    <div class="stack-tight">
      <span>{kind === undefined ? row.type : t(kind.title)}</span>
      {isOfTls(row.type) && (
        <span>
          <Badge tone="warn">{t('reports.blocks')}</Badge>
        </span>
      )}
      {kind?.helps !== undefined && (
        <span class="small muted">
          {t('evidence.helps')} {t(kind.helps)}
        </span>
      )}
      <code class="small">{row.type}</code>
    </div>
  );
}

function ReportTable({ rows, fileName }: { rows: readonly ReportRow[]; fileName: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const columns: readonly Column<ReportRow>[] = [
    { id: 'type', title: t('reports.type'), cell: (row) => <What row={row} />, csv: (row) => row.type },
    { id: 'phase', title: t('reports.phase'), cell: (row) => phaseWords(i18n, row.phase), csv: (row) => row.phase ?? '' },
    { id: 'from', title: t('reports.from'), cell: (row) => figureWords(i18n, row.clients), sort: (row) => row.clients.count, csv: (row) => row.clients.count, numbers: true },
    { id: 'error', title: t('clients.error_of', { title: t('reports.from') }), cell: () => '', csv: (row) => row.clients.error, fileOnly: true },
    { id: 'count', title: t('reports.count'), cell: (row) => format.number(row.count), sort: (row) => row.count, csv: (row) => row.count, numbers: true },
    { id: 'rung', title: t('reports.rung'), cell: (row) => format.number(row.rung), sort: (row) => row.rung, csv: (row) => row.rung, numbers: true },
  ];
  return (
    <div class="evidence-table">
      <Table caption={t('reports.title')} columns={columns} rows={rows} rowKey={(row) => row.type} fileName={fileName} />
    </div>
  );
}

export function ReportsCard({ reports, name, onSaved }: { reports: Reports; name: string; onSaved: () => void }) {
  const { t } = useI18n();
  const rows = reportRows(reports);
  const networks = networksOfTls(rows);
  const isAsking = reports.enabled && reports.collector !== null;
  return (
    <section class="card stack" aria-labelledby="evidence-reports">
      <div class="stack-tight">
        <h2 id="evidence-reports">{t('reports.title')}</h2>
        <p class="muted small">{t('reports.lead')}</p>
      </div>
      {rows.length > 0 && <Notice tone={networks > 0 ? 'warn' : 'info'} title={networks > 0 ? t('reports.some_tls', { count: networks }) : t('reports.some_else')} />}
      {rows.length === 0 && isAsking && <p>{t('reports.none')}</p>}
      {rows.length > 0 && <ReportTable rows={rows} fileName={`${name}-reports.csv`} />}
      {reports.refused > 0 && <p class="muted small">{t('reports.refused', { count: reports.refused })}</p>}
      <p>{isAsking ? t('reports.asking', { collector: reports.collector ?? '' }) : t('reports.not_asking')}</p>
      <ReportsSetting reports={reports} name={name} onSaved={onSaved} />
      <Fold title={t('reports.limits')}>
        <ul class="stack-tight">
          <li>{t('reports.limit_chromium')}</li>
          <li>{t('reports.limit_visit')}</li>
          <li>{t('reports.limit_late')}</li>
          <li>{t('reports.limit_forged')}</li>
        </ul>
      </Fold>
    </section>
  );
}
