// Nothing there yet: says so, and what to do next.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';
import './empty.css';

export function Empty({ icon, title, children, act }: { icon: IconName; title: ComponentChildren; children?: ComponentChildren; act?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <p class="muted">{children}</p>}
      {act}
    </div>
  );
}
