// xterm.js writes <style> elements and style attributes, which the page's content policy forbids. Constructed sheets and the
// style object say the same, and it allows them: the policy stays as it is. Import this before xterm.js runs.

const create = document.createElement;
document.createElement = function (name, options) {
  if (name !== 'style') return create.call(document, name, options);
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const stand = create.call(document, 'template');
  Object.defineProperty(stand, 'textContent', { set: text => sheet.replaceSync(text) });
  stand.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(one => one !== sheet);
    Element.prototype.remove.call(stand);
  };
  return stand;
};

const set = Element.prototype.setAttribute;
HTMLSpanElement.prototype.setAttribute = function (name, value) {
  if (name === 'style') this.style.cssText = value; else set.call(this, name, value);
};
