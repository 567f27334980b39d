// The warning before a session ends without activity: when it comes, what it says, what it does.
const WARNING_SECONDS = 120
// Typing tells the server that somebody is there, at most this often.
const TYPED_EVERY = 30000
// Said aloud at these moments only: a screen reader that counts every second helps nobody.
const SPOKEN = [120, 60, 30]

// Shows the dialog two minutes before the session ends without activity. Activity in another tab
// of this browser counts, because the server counts it too.
export function watchSession(dialog) {
  const idle = Number(dialog.dataset.idleSeconds)
  const form = dialog.querySelector('form')
  const left = dialog.querySelector('[data-left]')
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('session') : null
  let lastSeen = Date.now()
  let lastTold = lastSeen

  const seen = () => {
    lastSeen = Date.now()
    if (dialog.open) dialog.close()
  }
  const tell = () => {
    seen()
    if (tabs) tabs.postMessage('seen')
  }
  const end = async () => {
    // Once: asking again every second would cancel the answer that is on its way.
    clearInterval(watch)
    await keepChoices(dialog.dataset.keepUrl)
    window.location.replace(dialog.dataset.endedUrl)
  }
  const look = () => {
    // By the clock, not by counting: timers sleep with the computer.
    const seconds = Math.round(idle - (Date.now() - lastSeen) / 1000)
    if (seconds <= 0) return end()
    if (seconds > Math.min(WARNING_SECONDS, idle / 2)) return
    const step = SPOKEN.find((moment) => moment <= seconds) || 0
    if (!dialog.open) {
      dialog.showModal()
      left.textContent = wording(seconds)
    } else if (step && left.dataset.step !== String(step)) {
      left.textContent = wording(seconds)
    }
    left.dataset.step = String(step)
  }

  const extend = () => fetch(form.action, {
    method: 'POST',
    body: new FormData(form),
    redirect: 'manual',
    credentials: 'same-origin'
  }).catch(() => null)

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const answer = await extend()
    if (answer && answer.ok) tell()
    else end()
  })
  // Whoever fills in a long page is there, though the server hears nothing of it. Where the answer
  // is another the page goes on: its own button says what became of the session.
  document.addEventListener('input', async () => {
    if (Date.now() - lastTold < TYPED_EVERY) return
    lastTold = Date.now()
    const answer = await extend()
    if (answer && answer.ok) tell()
  })
  // Closing the dialog with the Escape key is an answer too: the person is there.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    form.requestSubmit()
  })
  if (tabs) tabs.addEventListener('message', seen)
  tell()
  const watch = setInterval(look, 1000)
}

// Brings what was chosen on a page of questions, and its dates, to where the same person finds them
// after signing in. A record number, an address and any other text never leaves the page.
async function keepChoices(url) {
  const form = document.querySelector('form[data-kept]')
  if (!form) return
  const kept = new FormData()
  kept.append('page', window.location.pathname)
  const days = '.govuk-date-input input'
  for (const input of form.querySelectorAll(`[name=csrfmiddlewaretoken], ${days}, input:checked`)) {
    kept.append(input.name, input.value)
  }
  await fetch(url, { method: 'POST', body: kept, redirect: 'manual', credentials: 'same-origin' })
    .catch(() => null)
}

function wording(seconds) {
  if (seconds > 90) return '2 minutes'
  if (seconds > 45) return '1 minute'
  return 'less than a minute'
}
