// While a run takes long, Streamlit makes tabs that are not drawn yet unusable, and the browser takes the keyboard from
// them: the tab that had it gets it back with its place in the order, unless it is somewhere else by then.
if (!window.tabsKeepTheKeyboard) {
  window.tabsKeepTheKeyboard = true
  document.addEventListener('focusout', event => {
    const tab = event.target.closest?.('[role=tab]')
    if (!tab || event.relatedTarget) return
    setTimeout(() => {
      if (!tab.isConnected || tab.hasAttribute('tabindex')) return // it was left, not made unusable
      const back = new MutationObserver(() => {
        if (!tab.hasAttribute('tabindex')) return
        back.disconnect()
        if (document.activeElement === document.body) tab.focus()
      })
      back.observe(tab, {attributes: true, attributeFilter: ['tabindex']})
    })
  }, true)
}
