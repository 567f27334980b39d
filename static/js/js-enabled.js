// The first thing in the body, so that parts which need JavaScript do not jump into place later.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
  // On a phone the menu is drawn folded until app.js takes it over. If that does not come, the menu
  // unfolds: when everything else is there, or when it takes too long.
  document.body.classList.add('app-menu-folded')
  const unfold = () => document.body.classList.remove('app-menu-folded')
  window.addEventListener('load', unfold)
  setTimeout(unfold, 4000)
}
