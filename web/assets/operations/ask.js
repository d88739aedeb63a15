// Requests of the operators' page. Where the server wants an operator's key, the page asks for it once, keeps it
// for this tab (sessionStorage) and sends it with everything.

import {$} from '../dom.js';
import {t} from '../language.js';

const KEY = 'potik.operator_key';
let asked = null; // the answer to the dialog that is open

const stored = () => sessionStorage.getItem(KEY) ?? '';
export const headers = () => (stored() ? {Authorization: `Bearer ${stored()}`} : {});

// A header takes visible ASCII alone: other text would make fetch throw at every call.
const usable = text => /^[\x21-\x7e]{1,512}$/.test(text);

// Resolves to whether a key was given. Several callers share one dialog.
export function askForKey(refused) {
  asked ??= new Promise(resolve => {
    const dialog = $('#key-dialog');
    const input = $('#key-input');
    $('#key-told').textContent = refused
      ? t('Сервер не прийняв цей ключ.', 'The server did not take this key.')
      : '';
    input.value = '';
    dialog.returnValue = '';
    dialog.addEventListener(
      'close',
      () => {
        asked = null;
        const text = input.value.trim();
        input.value = '';
        const given = dialog.returnValue === 'send' && usable(text);
        if (given) sessionStorage.setItem(KEY, text);
        $('#key-open').hidden = given;
        resolve(given);
      },
      {once: true},
    );
    dialog.showModal();
    input.focus();
  });
  return asked;
}

// As fetch(); on 401 and 403 asks for the key and tries once more with it.
export async function ask(url, options = {}) {
  const send = () => fetch(url, {...options, headers: {...options.headers, ...headers()}});
  const used = stored();
  const answer = await send();
  if (answer.status !== 401 && answer.status !== 403) return answer;
  // Another call may have brought a key meanwhile.
  if (stored() === used && !(await askForKey(used !== ''))) return answer;
  return send();
}

// The document of an answer, or an Error whose message is meant for people.
export async function documentOf(url, options) {
  let answer;
  try {
    answer = await ask(url, options);
  } catch {
    throw new Error(t('Сервер не відповів, спробуйте ще раз.', 'No answer from the server; try again.'));
  }
  const json = await answer.json().catch(() => null);
  if (answer.ok && json) return json;
  const error = new Error(
    json?.detail ?? json?.title ?? t(`Відповідь ${answer.status}.`, `Answer ${answer.status}.`),
  );
  error.status = answer.status;
  throw error;
}

export const get = url => documentOf(url);
export const post = (url, body) =>
  documentOf(url, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
