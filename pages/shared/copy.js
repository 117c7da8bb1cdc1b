// One press of a .cg-copy copies the words before it, or the address, and says so for a moment.
if (!window.copiesOnePress) {
  window.copiesOnePress = true
  const copied = async words => {
    try {
      await navigator.clipboard.writeText(words)
      return true
    } catch { // a page that did not come by HTTPS
      const field = Object.assign(document.createElement('textarea'), {value: words})
      document.body.append(field)
      field.select()
      const done = document.execCommand('copy')
      field.remove()
      return done
    }
  }
  document.addEventListener('click', async event => {
    const button = event.target.closest?.('.cg-copy')
    if (!button) return
    const words = button.dataset.copy === 'address' ? location.href : button.previousElementSibling.textContent
    const label = button.lastElementChild, usual = button.dataset.usual ??= label.textContent
    label.textContent = await copied(words) ? 'Copied' : 'Not copied: select the text'
    setTimeout(() => label.textContent = usual, 2000)
  })
}
