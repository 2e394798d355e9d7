// Rows that can be sorted by any column that says how, and taken away as CSV. On a narrow screen each row becomes a block
// with the columns' names in it, and what it can be sorted by stands above; the roles are written out, since browsers drop
// those of a table that is laid out otherwise.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useI18n } from '../i18n';
import { saveAs } from '../lib/save';
import { Button } from './button';
import { toCsv } from './csv';
import { Icon } from './icon';
import { type Order, type SortValue, sortRows } from './sort';
import './table.css';

export interface Column<R> {
  id: string;
  title: string;
  cell: (row: R) => ComponentChildren;
  sort?: (row: R) => SortValue;
  // For the file: plain text or a number; without it the column is not in there.
  csv?: (row: R) => string | number;
  numbers?: boolean;
  words?: boolean; // are not broken: the column is as wide as the longest
  fileOnly?: boolean; // too many to be looked at
}

interface TableProps<R> {
  caption: string; // what it lists, for screen readers
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  order?: Order; // at first; without it as the rows come
  fileName?: string; // offers the CSV file
  toolbar?: ComponentChildren;
  empty?: ComponentChildren;
}

function classOf<R>({ numbers = false, words = false }: Column<R>): string {
  return `${numbers ? 'table-number' : ''} ${words ? 'table-words' : ''}`;
}

function isEmpty(content: ComponentChildren): boolean {
  return content === '' || content === false || content === null || content === undefined;
}

// As many as a screen can take; more are a press away.
const SHOWN_AT_ONCE = 100;

export function Table<R>({ caption, columns: all, rows, rowKey, order: first, fileName, toolbar, empty }: TableProps<R>) {
  const { t, language } = useI18n();
  const [order, setOrder] = useState<Order | undefined>(first);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const columns = all.filter((column) => column.fileOnly !== true);
  const sortBy = columns.find((column) => column.id === order?.column)?.sort;
  const sorted = sortBy === undefined ? rows : sortRows(rows, sortBy, order?.descending === true, language);

  function turn(column: string): void {
    setOrder((now) => ({ column, descending: now?.column === column && !now.descending }));
  }
  function save(name: string): void {
    const kept = all.flatMap((column) => (column.csv === undefined ? [] : [{ title: column.title, csv: column.csv }]));
    const lines = [kept.map((column) => column.title), ...sorted.map((row) => kept.map((column) => column.csv(row)))];
    // The mark tells spreadsheets that it is UTF-8.
    saveAs(name, new Blob(['\ufeff', toCsv(lines)], { type: 'text/csv;charset=utf-8' }));
  }

  return (
    <div class="table-frame">
      {(toolbar !== undefined || fileName !== undefined) && (
        <div class="table-tools">
          <div class="row">{toolbar}</div>
          {fileName !== undefined && rows.length > 0 && (
            <Button kind="quiet" icon="download" onClick={() => save(fileName)}>
              {t('common.export_csv')}
            </Button>
          )}
        </div>
      )}
      <table class="table" role="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.id}
                role="columnheader"
                scope="col"
                class={`${classOf(column)} ${column.sort === undefined ? 'table-unsorted' : ''}`}
                aria-sort={order?.column !== column.id ? undefined : order.descending ? 'descending' : 'ascending'}
              >
                {column.sort === undefined ? (
                  column.title
                ) : (
                  <button type="button" class="table-sort" onClick={() => turn(column.id)}>
                    {column.title}
                    <span class={order?.column === column.id ? 'table-arrow' : 'table-arrow table-arrow-off'}>
                      <Icon name={order?.column === column.id && order.descending ? 'down' : 'up'} />
                    </span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sorted.slice(0, shown).map((row) => (
            <tr key={rowKey(row)} role="row">
              {columns.map((column, at) => {
                const isName = at === 0;
                const content = column.cell(row);
                const Cell = isName ? 'th' : 'td';
                return (
                  <Cell key={column.id} role={isName ? 'rowheader' : 'cell'} {...(isName && { scope: 'row' })} class={`${classOf(column)} ${isEmpty(content) ? 'table-empty' : ''}`}>
                    {!isName && (
                      <span class="table-label" aria-hidden="true">
                        {column.title}
                      </span>
                    )}
                    <div class="table-value">{content}</div>
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && empty}
      {sorted.length > shown && (
        <div class="table-more">
          <Button onClick={() => setShown(shown + SHOWN_AT_ONCE)}>{t('common.show_more', { count: sorted.length - shown })}</Button>
        </div>
      )}
    </div>
  );
}
