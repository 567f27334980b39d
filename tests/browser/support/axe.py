"""What axe, the checker of accessibility rules, objects to on an open page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Of all rules three take axe the longest. It is asked about them only where they may be broken.
# Contrast depends on the colour, size and weight of a text and on what is behind it: what looks as
# something did that axe found good is not measured again. A link among words is told from them by
# its line. Targets are far enough apart where, grown to 24 by 24 pixels, none meets another.
# Texts that are clipped away, and single characters, axe does not measure.
_RUN_AXE = """async ([tags, good]) => {
  if (!window.axe) window.bringAxe()
  // A table that has just become wider than its box is a stop of the tab key a frame later.
  const late = box => box.scrollWidth > box.clientWidth && !box.hasAttribute('tabindex')
  for (let frame = 0; frame < 9; frame++) {
    if (![...document.querySelectorAll('.app-scroll')].some(late)) break
    await new Promise(requestAnimationFrame)
  }
  const looks = new Map(), behind = new Map([[null, '']]), clipped = new Set()
  const lineless = [], targets = []
  for (const element of document.querySelectorAll('*')) {
    const style = getComputedStyle(element), parent = element.parentElement
    const own = [style.backgroundColor, style.backgroundImage, style.opacity].join()
    const nothing = own === 'rgba(0, 0, 0, 0),none,1'
    behind.set(element, nothing ? behind.get(parent) : `${behind.get(parent)}|${own}`)
    if (clipped.has(parent) || style.clipPath !== 'none') clipped.add(element)
    if (clipped.has(element) || !element.checkVisibility()) continue
    const words = [...element.childNodes].some(
      node => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 1
    )
    if (words || element.matches('input:not([type=radio], [type=checkbox]), select, textarea')) {
      const text = [style.color, style.fontSize, style.fontWeight, style.textShadow].join()
      looks.set(element, `${text} on ${behind.get(element)}`)
    }
    if (element.matches('a') && style.textDecorationLine === 'none') lineless.push(element)
    if (element.matches('a, button, input, select, textarea, summary, [tabindex]')) {
      const box = element.getBoundingClientRect()
      targets.push({
        element,
        x: box.x + box.width / 2, width: Math.max(box.width, 24),
        y: box.y + box.height / 2, height: Math.max(box.height, 24),
      })
    }
  }
  const rules = Object.fromEntries(
    ['color-contrast', 'link-in-text-block', 'target-size'].map(id => [id, { enabled: false }])
  )
  const found = [await axe.run({ runOnly: tags, rules, resultTypes: ['violations'] })]
  const block = element => getComputedStyle(element).display === 'inline'
    ? block(element.parentElement) : element
  const meet = (one, other) => one !== other
    && Math.abs(one.x - other.x) < (one.width + other.width) / 2
    && Math.abs(one.y - other.y) < (one.height + other.height) / 2
  const include = [
    ...[...looks.keys()].filter(element => !good.includes(looks.get(element))),
    ...lineless.filter(link => block(link).textContent.trim() !== link.textContent.trim()),
    ...targets.filter(one => targets.some(other => meet(one, other))).map(one => one.element)
  ]
  if (include.length) {
    const runOnly = { type: 'rule', values: Object.keys(rules) }
    found.push(await axe.run({ include }, { runOnly, elementRef: true }))
  }
  const passed = found.slice(1).flatMap(results => results.passes).filter(
    rule => rule.id === 'color-contrast'
  )
  return {
    faults: found.flatMap(results => results.violations).map(
      broken => `${broken.id} at ${broken.nodes.map(node => node.target[0]).join(', ')}`
    ),
    good: passed.flatMap(rule => rule.nodes).map(node => looks.get(node.element)).filter(Boolean)
  }
}"""
# How texts look whose contrast axe found good, on any page and at any width.
_good: set[str] = set()


class Axe:
    """Looks at the pages of one browser window.

    It is evaluated, not added as a script: the CSP stays. Half a megabyte is sent to the browser
    once, and every later page has it at hand.
    """

    def __init__(self) -> None:
        self.is_there = False

    def faults(self, page: Page) -> list[str]:
        """Return each rule that is broken, and where, at the width that the window has now."""
        if not self.is_there:
            bring = f"window.bringAxe = () => {{{AXE_SCRIPT}\n}}"
            page.add_init_script(bring)
            page.evaluate(bring)
            self.is_there = True
        seen = page.evaluate(_RUN_AXE, [RULES, sorted(_good)])
        _good.update(seen["good"])
        return list(seen["faults"])
