// Starts the GOV.UK components, and warns before the session ends. Every page works without this.
import { initAll } from './govuk-frontend.min.js';
import { watchKeys } from './passkey.js';
import { watchRecentDays } from './recent-day.js';
import { watchSession } from './session-warning.js';
import { watchTables } from './tables.js';

initAll()
document.body.classList.remove('app-menu-folded')
watchRecentDays(document.querySelectorAll('[data-recent]'))
watchTables(document.querySelectorAll('.app-scroll'))

const dialog = document.querySelector('dialog[data-session]')
if (dialog) watchSession(dialog)

const keys = document.querySelector('form[data-passkey]')
if (keys) watchKeys(keys)
