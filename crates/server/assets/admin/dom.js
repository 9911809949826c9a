// Elements without markup: what people wrote becomes text nodes, never HTML.

/** An element. Properties that begin with `on` are listeners, `data-…` and `aria-…` are attributes. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  if (name === 'input' || name === 'textarea') element.spellcheck = false;
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2).toLowerCase(), value);
    else if (key === 'class') element.className = value;
    else if (key in element && !key.includes('-')) element[key] = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does one thing at a time and says what went wrong. */
export function action(label, act, properties = {}) {
  const button = h('button', { type: 'button', ...properties }, label);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await act();
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/** A table whose cells know the name of their column, for narrow screens. */
export function table(caption, columns, rows) {
  return h('table', {},
    h('caption', { class: 'unseen' }, caption),
    h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, at) => h('td', { 'data-name': columns[at] }, h('div', { class: 'cell' }, cell)))))));
}

/** A time for people, with the exact one beside it. */
export function time(text) {
  if (!text) return '–';
  const at = new Date(text);
  return h('time', { dateTime: text, title: at.toISOString() }, at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }));
}

/** Asks before something that cannot be taken back. */
export function confirmed(question, detail, yes) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { 'aria-labelledby': 'question' },
      h('h2', { id: 'question' }, question), h('p', {}, detail),
      h('form', { method: 'dialog', class: 'row end' },
        h('button', { value: 'no', class: 'quiet', autofocus: true }, 'Cancel'),
        h('button', { value: 'yes', class: 'danger' }, yes)));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
