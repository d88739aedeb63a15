// Requests of the operators' page. Where the server wants an operator's key, the page asks for it once, keeps it
// for this tab (sessionStorage) and sends it with everything.

import {$, element} from '../dom.js';
import {t} from '../language.js';

const KEY = 'potik.operator_key';
const DOOR = '/v1/stats/history?seconds=60'; // open to whom all of the page is open
let asked = null; // the answer to the dialog that is open

const stored = () => sessionStorage.getItem(KEY) ?? '';
export const headers = () => (stored() ? {Authorization: `Bearer ${stored()}`} : {});

// A header takes visible ASCII alone: other text would make fetch throw at every call.
const usable = text => /^[\x21-\x7e]{1,512}$/.test(text);

const isRefusal = status => status === 401 || status === 403;

// detail: the server's own words. closed: no key could help, for the server has none; it says so with 403 to who
// brings nothing.
async function refusalOf(answer, key) {
  const problem = await answer
    .clone()
    .json()
    .catch(() => null);
  const detail = problem?.detail ?? '';
  return {used: key !== '', closed: answer.status === 403 && key === '' && detail !== '', detail};
}

function tell({used, closed, detail}) {
  for (const id of ['#key-note', '#key-field', '#key-not-now', '#key-enter']) $(id).hidden = closed;
  $('#key-close').hidden = !closed;
  const words = closed
    ? t('Сервер не має жодного ключа й нікого сюди не пускає. Зробіть ключ: potik key create.', '')
    : used
      ? t('Сервер не прийняв цей ключ.', 'The server did not take this key.')
      : '';
  const said = (used || closed) && detail ? element('span', {lang: 'en'}, detail) : null;
  $('#key-told').replaceChildren(...(said ? [words, ' ', said] : [words]));
}

// Resolves to whether a key was given. Several callers share one dialog.
function askForKey(refusal) {
  asked ??= new Promise(resolve => {
    const dialog = $('#key-dialog');
    const input = $('#key-input');
    tell(refusal);
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
    if (!refusal.closed) input.focus();
  });
  return asked;
}

// Asks for a key until the server takes one; false if none is given, true if it needs none or does not answer.
export async function unlock() {
  for (;;) {
    const used = stored();
    const answer = await fetch(DOOR, {headers: headers()}).catch(() => null);
    if (!answer || !isRefusal(answer.status)) return true;
    if (!(await askForKey(await refusalOf(answer, used)))) return false;
  }
}

// As fetch(); on 401 and 403 asks for the key and tries once more with it.
export async function ask(url, options = {}) {
  const send = () => fetch(url, {...options, headers: {...options.headers, ...headers()}});
  const used = stored();
  const answer = await send();
  if (!isRefusal(answer.status)) return answer;
  // Another call may have brought a key meanwhile.
  if (stored() === used && !(await askForKey(await refusalOf(answer, used)))) return answer;
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
