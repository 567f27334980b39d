// A day is chosen with a click, or typed: typing chooses "Another day", and choosing today or
// yesterday empties what was typed. Without this the page asks where both were said.
export function watchRecentDays(groups) {
  for (const group of groups) {
    const radios = [...group.querySelectorAll('input')]
    const another = radios.find((radio) => radio.value === '')
    const boxes = [...group.parentElement.querySelectorAll('.govuk-date-input input')]
    for (const box of boxes) {
      box.addEventListener('input', () => {
        if (boxes.some((one) => one.value)) another.checked = true
      })
    }
    for (const radio of radios) {
      radio.addEventListener('change', () => {
        if (radio.value) for (const box of boxes) box.value = ''
      })
    }
  }
}
