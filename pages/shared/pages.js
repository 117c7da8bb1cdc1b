// Where the links of the pages do not all fit beside each other, that of the page that is shown is brought into sight.
if (!window.pagesInSight) {
  // A few times: letters of another width come later, and so does a sidebar. Who scrolls the links meanwhile is left alone.
  const show = (tries, at = -1) => {
    const row = document.querySelector('.st-key-pages')
    // The first one's address is empty, so it has the path of every page: the last is meant.
    const link = [...(row?.querySelectorAll('a') ?? [])].findLast(one => one.pathname === location.pathname)
    if (link && at >= 0 && Math.abs(row.scrollLeft - at) > 1) return
    if (link) row.scrollLeft += link.getBoundingClientRect().right - row.getBoundingClientRect().right + 40
    if (tries) setTimeout(show, 200, tries - 1, link ? row.scrollLeft : -1)
  }
  window.pagesInSight = show
  show(25)
  window.addEventListener('popstate', () => setTimeout(show, 200, 5))
}
