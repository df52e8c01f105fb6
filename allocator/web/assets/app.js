// Progressive enhancement only: every page works without it.
import { initAll } from './govuk-frontend.min.js'

function enhance(scope) {
  const onError = (error) => {
    if (error.name !== 'InitError') console.error(error) // an InitError tells of what was enhanced before
  }
  initAll({ scope, onError })
}

enhance(document)

// What htmx brings in may be a component itself, hence its parent. Not afterSwap: until all has settled, htmx may still
// put back the classes that enhancing has changed.
document.addEventListener('htmx:afterSettle', (event) => enhance(event.target.parentElement ?? document))
