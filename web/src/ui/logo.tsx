// A gate in a shield; the same as public/favicon.svg.
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <path class="logo-shield" d="M16 2l12 4v9c0 7.5-5 12.5-12 15C9 27.5 4 22.5 4 15V6z" />
      <path class="logo-gate" d="M10 22v-7a6 6 0 0112 0v7M16 9v13M10 17h12" fill="none" stroke-width="2.2" stroke-linecap="round" />
    </svg>
  );
}
