// A table is a stop of the tab key, and a region of the page, only while it is wider than its box:
// the page is drawn with both, for whoever has no scripts.
export function watchTables(boxes) {
  const decide = new ResizeObserver((entries) => {
    for (const box of new Set(entries.map((entry) => entry.target.closest('.app-scroll')))) mark(box)
  })
  for (const box of boxes) {
    box.dataset.labelledby = box.getAttribute('aria-labelledby')
    box.addEventListener('blur', () => mark(box))
    // The table too: larger letters widen it and leave its box as it was.
    decide.observe(box)
    for (const table of box.children) decide.observe(table)
  }
}

function mark(box) {
  // Whoever is in the box stays there until they leave it.
  if (box === document.activeElement) return
  const attributes = { tabindex: '0', role: 'region', 'aria-labelledby': box.dataset.labelledby }
  const overflows = box.scrollWidth > box.clientWidth
  for (const [name, value] of Object.entries(attributes)) {
    if (overflows) box.setAttribute(name, value)
    else box.removeAttribute(name)
  }
}
