// Language and colours. What is chosen here stays in this browser.
import { LANGUAGES, type Language, chooseHere, useI18n } from '../../i18n';
import { useStore } from '../../lib/store';
import { type Theme, THEMES, chooseTheme, theme } from '../../theme';
import { Select } from '../../ui/field';

export function LanguageChoice() {
  const { t, language } = useI18n();
  const choices = Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }));
  return <Select label={t('session.language')} value={language as Language} choices={choices} onChange={(chosen) => void chooseHere(chosen)} />;
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
