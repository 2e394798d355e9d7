// Everything as one file: out, and in again.
import { useI18n } from '../../i18n';
import { SettingsFrame } from '../settings/settings_frame';
import { DownloadCard } from './download_card';
import { RestoreCard } from './restore_card';
import './backup.css';

export default function BackupPage() {
  const { t } = useI18n();
  return (
    <SettingsFrame title={t('settings.backup')} lead={t('settings.backup_what')}>
      <DownloadCard />
      <RestoreCard />
    </SettingsFrame>
  );
}
