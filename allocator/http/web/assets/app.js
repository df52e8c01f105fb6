// Progressive enhancement only: every page works without it.
import { initAll } from './govuk-frontend.min.js'

function enhance(scope) {
  const onError = (error) => {
    if (error.name !== 'InitError') console.error(error) // an InitError tells of what was enhanced before
  }
  initAll({ scope, onError })
}

enhance(document)

// A redirect is followed once. The part of the page that asked goes, and its polling with it: every further answer
// would begin the navigation anew, and a page that takes longer than a second would never be reached.
document.addEventListener('htmx:beforeOnLoad', (event) => {
  const href = event.detail.xhr.getResponseHeader('HX-Redirect')
  if (href === null) return
  event.preventDefault()
  const link = document.createElement('a')
  Object.assign(link, { href, className: 'govuk-link govuk-body', textContent: 'Go on' })
  event.detail.elt.replaceWith(link)
  window.location.assign(href)
})

// What htmx brings in may be a component itself, hence its parent. Not afterSwap: until all has settled, htmx may still
// put back the classes that enhancing has changed.
document.addEventListener('htmx:afterSettle', (event) => enhance(event.target.parentElement ?? document))
