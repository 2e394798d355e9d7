// As the API has it: the largest backup that it takes, or gives.
export const BACKUP_SIZE_MAX = 192 * 1024 * 1024; // bytes

// Writing, sending and merging that much, over a slow line and on a small machine.
export const TRANSFER_TIMEOUT_MS = 30 * 60_000;

// The minute is in it, so that the newest is seen at a glance, in UTC as in the audit log. No colon: Windows has none in names.
export function backupName(now: Date): string {
  return `strictgate-backup-${now.toISOString().slice(0, 16).replace('T', '-').replace(':', '')}.db`;
}
