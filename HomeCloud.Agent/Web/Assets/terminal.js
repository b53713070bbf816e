// A shell inside a server: xterm.js here, the engine's exec there, a WebSocket between them.
import { $, toast, t } from './app.js';
import './xterm-styles.js';
import { Terminal } from './xterm.js';
import { FitAddon } from './xterm-fit.js';

const name = $('terminal').dataset.name;
const screen = $('screen');
const dark = matchMedia('(prefers-color-scheme: dark)');
const themes = {
  light: { background: '#ffffff', foreground: '#1a2230', cursor: '#2f5fe0', cursorAccent: '#ffffff', selectionBackground: '#c9d8ff' },
  dark: { background: '#0c1017', foreground: '#e9edf4', cursor: '#7ba2ff', cursorAccent: '#0d1526', selectionBackground: '#2b4a8f' },
};
const theme = () => themes[document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')];
const term = new Terminal({
  theme: theme(), minimumContrastRatio: 4.5, scrollback: 5000,
  // A server writes links too; where they lead is its affair.
  linkHandler: { activate: () => {} }, cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  fontSize: matchMedia('(max-width: 760px)').matches ? 13 : 15, fontFamily: 'ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace',
});
const fit = new FitAddon();
const words = new TextEncoder();
let socket = null;
let shown = 0;
let control = false;

for (const [source, event] of [[dark, 'change'], [window, 'theme']]) source.addEventListener(event, () => { term.options.theme = theme(); });
term.loadAddon(fit);
term.open(screen);

function state(text, kind = '') {
  $('state').textContent = text;
  $('state').className = `badge ${kind}`;
}

const tell = message => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };
const type = text => { if (socket?.readyState === WebSocket.OPEN) socket.send(words.encode(text)); };

function open() {
  fit.fit();
  const address = new URL(`/api/v1/servers/${encodeURIComponent(name)}/terminal?columns=${term.cols}&rows=${term.rows}`, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  let why = '';
  state(t('connecting'));
  $('again').hidden = true;
  socket.onmessage = ({ data }) => {
    if (typeof data !== 'string') return term.write(new Uint8Array(data), () => seen(data.byteLength));
    const message = JSON.parse(data);
    if (message.type === 'open') state(message.text, 'running'); else why = [message.text, message.fix].filter(Boolean).join(' ');
  };
  socket.onclose = () => {
    state(t('closed'));
    term.write(`\r\n\x1b[0m[${why || t('The connection is lost.')}]\r\n`);
    $('again').hidden = false;
  };
  shown = 0;
  term.focus();
}

/** The agent sends no more than so much that was not shown: Ctrl-C is not behind a mountain of text. */
function seen(octets) {
  shown += octets;
  if (shown < 65536) return;
  tell({ shown });
  shown = 0;
}

term.onData(text => {
  if (control && text.length === 1) {
    text = String.fromCharCode(text.toUpperCase().charCodeAt(0) & 31);
    hold(false);
  }
  type(text);
});
term.onBinary(text => { if (socket?.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(text, c => c.charCodeAt(0))); });
term.onResize(({ cols, rows }) => tell({ columns: cols, rows }));
new ResizeObserver(() => fit.fit()).observe(screen);

/** A phone's keyboard covers the page; only the visual viewport says what is left. */
const place = () => document.documentElement.style.setProperty('--height', `${Math.round(visualViewport.height)}px`);
visualViewport.addEventListener('resize', place);
place();

// ---- copy and paste, also without TLS, where browsers give no clipboard
async function copy() {
  const text = term.getSelection();
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t('Copied'));
  term.focus();
}

term.onSelectionChange(() => { $('copy').disabled = !term.hasSelection(); });
term.attachCustomKeyEventHandler(event => {
  if (!event.ctrlKey || !event.shiftKey || event.type !== 'keydown') return true;
  if (event.code === 'KeyC') {
    event.preventDefault();
    copy();
    return false;
  }
  return event.code !== 'KeyV';
});
$('copy').onclick = copy;
$('paste').onclick = () => {
  $('paste-text').value = '';
  $('paste-dialog').returnValue = '';
  $('paste-dialog').showModal();
};
$('paste-dialog').addEventListener('close', () => {
  if ($('paste-dialog').returnValue === 'go') term.paste($('paste-text').value);
  term.focus();
});
$('again').onclick = () => {
  term.reset();
  open();
};
$('reader').onchange = event => { term.options.screenReaderMode = event.target.checked; };

// ---- keys that a phone has not
function hold(on) {
  control = on;
  $('control').setAttribute('aria-pressed', on);
}

const codes = { escape: '\x1b', tab: '\t', up: 'A', down: 'B', right: 'C', left: 'D' };
for (const key of $('keys').children) {
  // The focus stays where it is, and the keyboard open.
  key.addEventListener('pointerdown', event => event.preventDefault());
  key.onclick = () => {
    if (key.id === 'control') hold(!control);
    else type(codes[key.dataset.key].length > 1 || codes[key.dataset.key] < ' ' ? codes[key.dataset.key] : `\x1b${term.modes.applicationCursorKeysMode ? 'O' : '['}${codes[key.dataset.key]}`);
    term.focus();
  };
}

open();
