// While a run takes long, Streamlit makes tabs that are not drawn yet unusable, and the browser takes the keyboard from
// them: the tab that had it gets it back with its place in the order, unless it is somewhere else by then, or the tab was
// left by a click. (The browser may say so only when the tab has its place again.)
if (!window.tabsKeepTheKeyboard) {
  window.tabsKeepTheKeyboard = true
  let clicked = 0
  document.addEventListener('pointerdown', () => { clicked = Date.now() }, true)
  document.addEventListener('focusout', event => {
    const tab = event.target.closest?.('[role=tab]')
    if (!tab || event.relatedTarget || Date.now() - clicked < 300) return
    const back = () => {
      if (!tab.hasAttribute('tabindex')) return false
      if (tab.isConnected && document.activeElement === document.body && document.hasFocus()) tab.focus()
      return true
    }
    setTimeout(() => {
      if (back()) return
      const watched = new MutationObserver(() => back() && watched.disconnect())
      watched.observe(tab, {attributes: true, attributeFilter: ['tabindex']})
    })
  }, true)
}
