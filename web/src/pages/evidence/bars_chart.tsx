// Counts over time as bars: one chart, with its words for those who do not see it.
import { useMemo } from 'preact/hooks';
import { useI18n } from '../../i18n';
import { type Bars, Chart } from '../../ui/chart';
import type { Series } from './series';
import type { Step } from './span';
import type { Reading } from './use_reading';
import { axisWords, chartWords } from './words';

interface BarsChartProps {
  title: string;
  series: Series;
  values: readonly (number | null)[];
  step: Step;
  tone: Bars['tone'];
  reading: Reading;
}

const HEIGHT = 140;

export function BarsChart({ title, series, values, step, tone, reading }: BarsChartProps) {
  const i18n = useI18n();
  const bars = useMemo(() => ({ step: series.step, tone, knownFrom: series.knownFrom, utc: step === 'day' }), [series, tone, step]);
  const curves = useMemo(() => [{ title, values }], [title, values]);
  return (
    <Chart
      label={chartWords(i18n, title, series, values, step)}
      moments={series.moments}
      curves={curves}
      bars={bars}
      height={HEIGHT}
      showMoment={axisWords(i18n, series.moments, step)}
      showValue={i18n.format.number}
      fallback={i18n.t('evidence.chart_missing')}
      {...reading}
    />
  );
}
