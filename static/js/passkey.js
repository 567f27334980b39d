// Asks the browser for a security key or passkey, and puts its answer into the page's form.
// What is asked stands in the page as JSON, where bytes are base64url, and so do the answers'.
const ASKED = { create: (options) => navigator.credentials.create(options), get: (options) => navigator.credentials.get(options) }

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)
)
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

function asked(options) {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) }
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }))
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) }
  key.excludeCredentials = known(key.excludeCredentials)
  key.allowCredentials = known(key.allowCredentials)
  return { publicKey: key }
}

function answered(credential) {
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature']
  const response = {}
  for (const part of parts) {
    if (credential.response[part]) response[part] = text(credential.response[part])
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response }
}

// Shows the button where keys can be used at all; without this script the page says so.
export function watchKeys(form) {
  if (!window.PublicKeyCredential) return
  const options = JSON.parse(document.getElementById('passkey-options').textContent)
  const [off, wrong, button] = ['off', 'wrong', 'button'].map(
    (part) => form.querySelector(`[data-passkey-${part}]`)
  )
  off.hidden = true
  button.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    wrong.hidden = true
    button.disabled = true
    try {
      const credential = await ASKED[form.dataset.passkey](asked(options))
      form.elements.answer.value = JSON.stringify(answered(credential))
      form.submit()
    } catch {
      wrong.hidden = false
      button.disabled = false
    }
  })
}
