// The page begins here: who one is, or else the door.

import { html, render, useCallback, useState } from './html.js';
import { connectTo } from './chat.js';
import { forgetDrafts } from './drafts.js';
import * as session from './session.js';
import { texts } from './texts.js';
import { applyTheme } from './theme.js';
import { forgetUploads } from './uploads.js';
import { Home } from './views/home.js';
import { SignIn } from './views/sign-in.js';

function open(one) {
  return { session: one, chat: connectTo(one) };
}

function App() {
  const [now, setNow] = useState(() => {
    const one = session.resume();
    return one && open(one);
  });
  const [notice, setNotice] = useState('');

  const enter = useCallback((one) => {
    setNotice('');
    setNow(open(one));
  }, []);

  /** `why` is for who did not ask for it. */
  const leave = useCallback(
    (why = '') => {
      now.chat.close();
      // Where the server cannot be reached, the sign-in ends by itself one day.
      if (!why) now.session.end().catch(() => {});
      now.session.forget();
      forgetDrafts();
      forgetUploads();
      history.replaceState(null, '', '/');
      setNotice(why);
      setNow(null);
    },
    [now],
  );

  return now ? html`<${Home} key=${now} chat=${now.chat} session=${now.session} leave=${leave} />` : html`<${SignIn} enter=${enter} notice=${notice} />`;
}

applyTheme();
document.documentElement.lang = texts.language;
render(html`<${App} />`, document.getElementById('app'));
