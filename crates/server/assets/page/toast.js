// A word about what went wrong, for a moment: above everything, and inside an open dialog, since nothing outside of it is
// read out.

const SHOWN_MS = 6_000;

let shown = null;

export function say(text) {
  hush();
  const place = document.createElement('div');
  place.className = 'toast-place';
  place.setAttribute('role', 'alert');
  place.popover = 'manual';
  const toast = document.createElement('p');
  toast.className = 'toast';
  toast.textContent = text;
  const dialogs = document.querySelectorAll('dialog[open]');
  (dialogs[dialogs.length - 1] ?? document.body).append(place);
  place.showPopover();
  // A live region that is there before its text is read out everywhere.
  place.append(toast);
  shown = { place, timer: setTimeout(hush, SHOWN_MS) };
}

/** Nothing is shown any more. */
export function hush() {
  clearTimeout(shown?.timer);
  shown?.place.remove();
  shown = null;
}
