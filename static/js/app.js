// Starts the GOV.UK components, and warns before the session ends. Every page works without this.
import { initAll } from './govuk-frontend.min.js';
import { watchSession } from './session-warning.js';

initAll()

const dialog = document.querySelector('dialog[data-session]')
if (dialog) watchSession(dialog)
