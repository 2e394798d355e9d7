// All names of a state as a table to take away: for whoever runs what is behind them.
import { client } from '../../api/client';
import type { Subdomain } from '../../api/types';
import { toCsv } from '../../ui/csv';
import type { Shown } from './words';

const PAGE_SIZE = 5_000;
const TITLES = ['name', 'state', 'verdict', 'detail', 'fix', 'flags', 'sources', 'cname', 'addresses', 'looked_at', 'sign_off', 'exception', 'exception_until'];

function rowOf(row: Subdomain): string[] {
  return [
    row.name,
    row.state,
    row.verdict,
    row.detail,
    row.fix,
    row.flags.join(' '),
    row.sources.join(' '),
    row.cname ?? '',
    row.addresses.join(' '),
    row.looked_at ?? '',
    row.sign_off === null ? '' : `${row.sign_off.by}: ${row.sign_off.comment}`,
    row.exception === null ? '' : `${row.exception.by}: ${row.exception.reason}`,
    row.exception?.until ?? '',
  ];
}

export async function exportNames(site: string, shown: Shown): Promise<Blob> {
  const rows: string[][] = [];
  let after: string | null = '';
  while (after !== null) {
    const query = { limit: PAGE_SIZE, ...(shown !== 'all' && { state: shown }), ...(after !== '' && { after }) };
    const page: { names: Subdomain[]; next: string | null } = await client.get('/v1/sites/{name}/subdomains', { path: { name: site }, query });
    rows.push(...page.names.map(rowOf));
    after = page.next;
  }
  // The mark tells spreadsheets that it is UTF-8.
  return new Blob(['\ufeff', toCsv([TITLES, ...rows])], { type: 'text/csv;charset=utf-8' });
}
