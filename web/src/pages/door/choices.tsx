// Language and colours. What is chosen here stays in this browser; the language goes with the account as well.
import { keepLanguage } from '../../api/session';
import { LANGUAGES, type Language, chooseHere, useI18n } from '../../i18n';
import { useStore } from '../../lib/store';
import { type Theme, THEMES, chooseTheme, theme } from '../../theme';
import { useAction } from '../../ui/action';
import { Select } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';

export function LanguageChoice() {
  const { t, language } = useI18n();
  const choices = Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }));
  const choose = useAction(async (chosen: Language) => {
    await chooseHere(chosen);
    await keepLanguage(chosen);
  });
  return (
    <>
      <Select label={t('session.language')} value={language as Language} choices={choices} onChange={choose.run} />
      <ProblemNotice problem={choose.problem} />
    </>
  );
}

export function ThemeChoice() {
  const { t } = useI18n();
  const words: Record<Theme, string> = { system: t('session.appearance_system'), light: t('session.appearance_light'), dark: t('session.appearance_dark') };
  return <Select label={t('session.appearance')} value={useStore(theme)} choices={THEMES.map((value) => ({ value, label: words[value] }))} onChange={chooseTheme} />;
}

// Small, below the card of the sign-in page: a button for each language that is not the present one.
export function LanguageLinks() {
  const { language } = useI18n();
  return (
    <>
      {Object.entries(LANGUAGES)
        .filter(([code]) => code !== language)
        .map(([code, name]) => (
          <button key={code} type="button" class="button button-quiet" lang={code} onClick={() => void chooseHere(code as Language)}>
            {name}
          </button>
        ))}
    </>
  );
}
